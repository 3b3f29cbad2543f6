//! Reads numbers off the device, and turns what Burn says went wrong into the protocol's faults.

use burn::tensor::{DataError, ExecutionError, Transaction};

use crate::protocol::Fault;

/// A read that the device refused. The processor refuses none, so it is the GPU that is gone.
pub fn unread(error: &ExecutionError) -> Fault {
    Fault::GpuLost { detail: error.to_string() }
}

/// Numbers that came back in another type than the 32-bit floats that were asked for.
pub fn misread(error: &DataError) -> Fault {
    Fault::GpuLost { detail: format!("{error:?}") }
}

/// The numbers of all tensors that are `asked` for, one tensor's after another's.
///
/// # Errors
/// [`Fault::GpuLost`] where they do not come.
pub async fn floats(asked: Transaction) -> Result<Vec<f32>, Fault> {
    let mut numbers = Vec::new();
    for data in asked.execute_async().await.map_err(|error| unread(&error))? {
        numbers.extend(data.try_into_vec::<f32>().map_err(|error| misread(&error))?);
    }
    Ok(numbers)
}
