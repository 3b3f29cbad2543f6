//! Starts a device, tests it, and hands it to the host.

use burn::tensor::Device;
use wasm_bindgen_futures::spawn_local;
use web_sys::console;

use super::place::Scope;
use crate::data::SETS;
use crate::engine::host::{Rig, serve};
use crate::engine::pace::Rules;
use crate::engine::selftest::selftest;
use crate::link::say;
use crate::protocol::{DeviceCard, Event, Fault, VERSION};
use crate::workloads::WORKLOADS;
use crate::zoo::zoo;

/// Runs the worker that trains on the processor, on so many of its threads.
#[cfg(feature = "cpu")]
pub fn cpu(threads: u16) {
    hear_panics();
    let card = DeviceCard { kind: crate::protocol::DeviceKind::Cpu, adapter: String::new(), threads, software: false };
    spawn_local(live(async { Ok((Device::flex(), card)) }, Rules::eager()));
}

/// Runs the worker that trains on the GPU.
#[cfg(feature = "gpu")]
pub fn gpu() {
    hear_panics();
    spawn_local(live(adapter::device(), Rules::queued()));
}

/// The worker's whole life.
async fn live(device: impl Future<Output = Result<(Device, DeviceCard), Fault>>, rules: Rules) {
    if let Err(fault) = work(device, rules).await {
        say(&Event::Unfit { version: VERSION, fault });
    }
}

async fn work(device: impl Future<Output = Result<(Device, DeviceCard), Fault>>, rules: Rules) -> Result<(), Fault> {
    let (device, card) = device.await?;
    selftest(&device).await?;
    let place = Scope::new().map_err(|error| Fault::Panicked { detail: format!("{error:?}") })?;
    serve(&place, Rig { device, card, recipes: zoo(), datasets: SETS, rules, workloads: &WORKLOADS }).await;
    Ok(())
}

/// Tells the page of a panic before the worker stops: nothing unwinds here, so nobody else will.
fn hear_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let detail = panic.to_string();
        console::error_1(&detail.as_str().into());
        // Burn panics on the errors that a lost GPU leaves behind.
        let gone = detail.to_ascii_lowercase().contains("device") && detail.to_ascii_lowercase().contains("lost");
        let fault = if gone { Fault::GpuLost { detail } } else { Fault::Panicked { detail } };
        say(&Event::Trouble { run: None, fault, fatal: true });
    }));
}

#[cfg(feature = "gpu")]
mod adapter {
    //! Asks the browser what its GPU is before Burn does: what follows would panic on a poor one.

    use burn::tensor::Device;
    use js_sys::{Function, Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    use crate::link::say;
    use crate::protocol::{DeviceCard, DeviceKind, Event, Fault, imitates};

    /// Operations that Burn gathers before it submits them.
    const TASKS: usize = 64;

    /// The GPU, ready.
    pub async fn device() -> Result<(Device, DeviceCard), Fault> {
        let card = card(&request().await?)?;
        let (device, setup) = Device::wgpu_options()
            .tasks_max(TASKS)
            .init_with_setup_async()
            .await
            .map_err(|error| Fault::NoGpu { detail: error.to_string() })?;
        setup.device.set_device_lost_callback(|reason, message| {
            let fault = Fault::GpuLost { detail: format!("{reason:?}: {message}") };
            say(&Event::Trouble { run: None, fault, fatal: true });
        });
        Ok((device, card))
    }

    /// `navigator.gpu.requestAdapter()`.
    async fn request() -> Result<JsValue, Fault> {
        let gpu = get(&get(&js_sys::global(), "navigator"), "gpu");
        if gpu.is_undefined() || gpu.is_null() {
            return Err(Fault::NoGpu { detail: "navigator.gpu is missing".to_owned() });
        }
        let said = |error: JsValue| Fault::NoGpu { detail: format!("{error:?}") };
        let ask: Function = get(&gpu, "requestAdapter").dyn_into().map_err(said)?;
        let promise: Promise = ask.call0(&gpu).map_err(said)?.dyn_into().map_err(said)?;
        let adapter = JsFuture::from(promise).await.map_err(said)?;
        if adapter.is_null() || adapter.is_undefined() {
            return Err(Fault::NoGpu { detail: "requestAdapter gave none".to_owned() });
        }
        Ok(adapter)
    }

    /// Its name, and whether it is none in truth.
    fn card(adapter: &JsValue) -> Result<DeviceCard, Fault> {
        let features = get(adapter, "features");
        let has = get(&features, "has").dyn_into::<Function>().ok();
        // Burn times its kernels, and panics at the first one where it cannot.
        let timed = has.and_then(|has| has.call1(&features, &"timestamp-query".into()).ok());
        if timed != Some(JsValue::TRUE) {
            return Err(Fault::PoorGpu { lacks: "timestamp-query".to_owned() });
        }
        let info = get(adapter, "info");
        let words = ["description", "vendor", "architecture", "device"]
            .map(|key| get(&info, key).as_string().unwrap_or_default());
        let name = if words[0].is_empty() { words[1..].join(" ").trim().to_owned() } else { words[0].clone() };
        let fallback = [&info, adapter].iter().any(|object| get(object, "isFallbackAdapter").is_truthy());
        let software = fallback || imitates(&words.join(" "));
        Ok(DeviceCard { kind: DeviceKind::Gpu, adapter: name, threads: 1, software })
    }

    fn get(object: &JsValue, key: &str) -> JsValue {
        Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
    }
}
