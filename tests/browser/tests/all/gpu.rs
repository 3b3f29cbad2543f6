//! The GPU worker, on a software adapter: one page tries all models one after another, because a software GPU takes long to
//! begin.

use browser::{Adapter, Page};

use crate::{address::curve, own};

/// Whether there is anything to see.
fn built() -> bool {
    if !browser::gpu() {
        println!("left out: this build has no GPU worker");
    }
    browser::gpu()
}

/// A few steps, on the GPU: whatever panics there would show on the console.
async fn learns(page: &Page, words: &str, steps: u32) {
    page.train(&format!("lang=en&model={words}&device=gpu&batch-size=16"), steps).await;
    let device = page.live("device").await;
    assert!(device.contains("GPU"), "{words}: {device}");
}

/// Whether the view of this tab shows something; opens it.
const SHOWN: &str = "document.getElementById('view-tab-' + arguments[0]).click();
    return !document.querySelector('#view-panel > .empty') && /\\d/.test(document.querySelector('#view-panel .stamp').textContent)";

/// Every view of the present model has something to show.
async fn shows_all(page: &Page, model: &str) {
    let tabs = page.script("return document.querySelectorAll('[id^=view-tab-]').length", vec![]).await.as_u64();
    assert!(tabs >= Some(2), "{model}: {tabs:?}");
    for tab in 0..tabs.unwrap_or_default() {
        page.until(&format!("view {tab} of {model} is shown"), |page| async move {
            page.script(SHOWN, vec![tab.into()]).await == true
        })
        .await;
    }
}

#[tokio::test]
async fn every_kind_of_model_learns_and_shows_itself_on_the_gpu() {
    if !built() {
        return;
    }
    let mut steps = 3..;
    let mut next = || steps.next().expect("there are numbers enough");
    let page = Page::ready(Adapter::Software).await;
    for model in ["svm", "fourier-svm&features=256", "discriminant&pooling=4", "perceptron&data=xor"] {
        learns(&page, model, next()).await;
    }
    for model in ["cnn&data=mnist1d", "resnet", "softmax&data=points", "duel&data=penguins"] {
        learns(&page, model, next()).await;
    }
    for model in ["lenet&data=emoji&flip=1", "perceptron&data=spirals", "svm&data=moons", "naive-bayes&data=mnist"] {
        learns(&page, model, next()).await;
        // What speaks for a picture's class, only a picture can show.
        if model.starts_with("lenet") || model.ends_with("mnist") {
            page.press("Put a test picture here").await;
        }
        shows_all(&page, model).await;
    }
    for model in ["gan&data=ring", "vae&data=mnist", "mmd&data=moons"] {
        learns(&page, &format!("{model}&quality-every=0"), next()).await;
        page.until("samples are shown", |page| async move {
            let script = "return document.querySelectorAll('.mosaic canvas, .scatter canvas').length";
            page.script(script, vec![]).await.as_u64() > Some(0)
        })
        .await;
        page.shoot(&format!("gpu-{}", model.replace("&data=", "-"))).await;
    }
    learns_what_was_brought(&page).await;
    page.finish(&[]).await;
}

/// As the processor's worker does: the page hands it over to whichever works.
async fn learns_what_was_brought(page: &Page) {
    let files = own::Files::new();
    let path = files.with("flowers.csv", own::flowers().as_bytes());
    page.go("lang=en&model=softmax&device=gpu").await;
    page.until_phase("ready").await;
    own::bring_flowers(page, &path).await;
    page.press("Train").await;
    page.until("two clouds are told apart", |page| async move { page.number("test-accuracy").await == Some(100.0) })
        .await;
    assert!(page.live("device").await.contains("WebGPU"), "{}", page.live("device").await);
}

#[tokio::test]
async fn cpu_and_webgpu_give_the_same_curve() {
    if !built() {
        return;
    }
    let page = Page::ready(Adapter::Software).await;
    // A residual network has windows with places between them, which a shortcut leaves out.
    let hash = |model, device| format!("lang=en&model={model}&device={device}&seed=3&batch-size=16");
    let mut curves = Vec::new();
    for (model, device, steps) in [("lenet", "cpu", 6), ("resnet", "cpu", 4), ("lenet", "gpu", 5), ("resnet", "gpu", 3)]
    {
        let wanted = if device == "gpu" { "WebGPU" } else { "CPU" };
        if curves.len() == 2 {
            // A run that has begun moves to another device with its weights: this one begins there.
            page.go(&hash(model, device)).await;
            page.until("the GPU worker has the run", |page| async move {
                page.live("device").await.starts_with(wanted) && page.phase().await == "ready"
            })
            .await;
        }
        curves.push(curve(&page, &hash(model, device), steps).await);
        let shown = page.live("device").await;
        println!("{model} on {shown}: {:?}", curves[curves.len() - 1]);
        assert!(shown.starts_with(wanted), "it ran on {shown}, not on {wanted}");
    }
    for (model, cpu, gpu) in [("lenet", &curves[0], &curves[2]), ("resnet", &curves[1], &curves[3])] {
        for ((step, cpu), (_, gpu)) in cpu.iter().zip(gpu) {
            assert!((cpu - gpu).abs() <= 1e-3, "{model}, step {step}: {cpu} on the CPU, {gpu} on WebGPU");
        }
    }
    page.finish(&[]).await;
}
