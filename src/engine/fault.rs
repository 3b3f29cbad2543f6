//! Turns what Burn says went wrong into the protocol's faults.

use burn::tensor::{DataError, ExecutionError};

use crate::protocol::Fault;

/// A read that the device refused. The processor refuses none, so it is the GPU that is gone.
pub fn unread(error: &ExecutionError) -> Fault {
    Fault::GpuLost { detail: error.to_string() }
}

/// Numbers that came back in another type than the 32-bit floats that were asked for.
pub fn misread(error: &DataError) -> Fault {
    Fault::GpuLost { detail: format!("{error:?}") }
}
