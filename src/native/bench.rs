//! Milliseconds for a training step on the CPU, measured.

use std::time::Instant;

use burn::tensor::Device;

use super::train::{digits, gather, read};
use crate::engine::recipe::Moment;
use crate::protocol::{Split, Value};
use crate::zoo::zoo;

const WARM: usize = 20;
const TIMED: usize = 200;

/// Every model at batch 64 and 256: median and the middle eight tenths.
pub fn all() -> Result<(), String> {
    let digits = digits()?;
    println!("{:<12} {:>5} {:>9} {:>16} {:>11}", "model", "batch", "median ms", "10 to 90 % ms", "samples/s");
    for entry in zoo() {
        for batch in [64, 256] {
            let knobs = [("batch-size".to_owned(), Value::Whole(batch))];
            let device = Device::default();
            let (mut learner, _) = (entry.build)(&knobs, &digits.shape(), &device.clone().autodiff());
            let picked: Vec<u32> = (0..batch as u32).collect();
            let mut times = Vec::new();
            for step in 0..WARM + TIMED {
                let start = Instant::now();
                let at = Moment { step: step as u64, steps_per_epoch: 938 };
                let scalars = learner.step(gather(&digits, Split::Train, &picked, &mut None, &device), at);
                scalars.into_iter().for_each(|(_, value)| drop(read(value)));
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            let times = &mut times[WARM..];
            times.sort_by(f64::total_cmp);
            let [low, median, high] = [TIMED / 10, TIMED / 2, TIMED * 9 / 10].map(|rank| times[rank]);
            let name = (entry.card)().name;
            let speed = batch as f64 * 1e3 / median;
            println!("{name:<12} {batch:>5} {median:>9.2} {low:>7.2} to {high:>5.2} {speed:>11.0}");
        }
    }
    Ok(())
}
