//! A walk through every model with every data set that it accepts, which is too long for every day.

use std::time::Duration;

use browser::{Adapter, Page, Size};
use serde_json::{Value, json};

/// How long a pair trains before it is looked at; a model that ends sooner is looked at sooner.
const LOOK: Duration = Duration::from_secs(3);

/// What can be chosen where the page has these elements.
async fn choices(page: &Page, elements: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])].map(it => it.value)";
    let found = page.script(script, vec![json!(elements)]).await;
    let names = found.as_array().expect("a list of names").iter().filter_map(Value::as_str);
    names.filter(|name| !name.starts_with("own")).map(str::to_owned).collect()
}

/// Trains one pair for a while: it makes steps, its figures are numbers, its first view shows something, and nothing is amiss.
async fn look(page: &Page, pair: &str, hash: &str) {
    page.client().goto("about:blank").await.expect("nothing loads");
    page.begin(&format!("{hash}&play=1&device=cpu")).await;
    page.until_step(1.0).await;
    let mut waited = Duration::ZERO;
    while waited < LOOK && page.phase().await != "paused" {
        tokio::time::sleep(Duration::from_millis(250)).await;
        waited += Duration::from_millis(250);
    }
    page.until(&format!("{pair}: the first view shows something"), |page| async move {
        let there = "const view = document.getElementById('view-panel');
            const painted = canvas => {
                const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
                return pixels.some(pixel => pixel !== pixels[0]);
            };
            const canvases = [...view.querySelectorAll('canvas')].filter(canvas => canvas.width * canvas.height > 0);
            return canvases.some(painted) || /\\d/.test(view.querySelector('tbody')?.textContent ?? '')";
        page.script(there, vec![]).await == true
    })
    .await;
    let numbers = "return [...document.querySelectorAll('.readouts [data-live*=\"-\"][data-value]')].map(it => +it.dataset.value)";
    let numbers = page.script(numbers, vec![]).await;
    let numbers: Vec<_> = numbers.as_array().expect("a list").iter().map(Value::as_f64).collect();
    assert!(!numbers.is_empty() && numbers.iter().all(Option::is_some), "{pair}: {numbers:?}");
    assert_eq!(page.told().await, "", "{pair}");
    if browser::shots().is_none() {
        return;
    }
    let metrics = json!({ "width": 1280, "height": 1280, "deviceScaleFactor": 0.5, "mobile": false });
    page.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    // The page is laid out anew, and canvases are painted on the next frames.
    tokio::time::sleep(Duration::from_millis(500)).await;
    page.shoot(&format!("walk-{}", pair.replace(' ', "-"))).await;
    page.resize(Size::Desk).await;
}

/// By turns light and dark, and every third in Chinese; `KILN_WALK` may name the models, separated by commas.
#[tokio::test]
#[ignore = "takes half an hour: `cargo xtask walk`"]
async fn every_model_learns_every_set_that_it_accepts() {
    let only = std::env::var("KILN_WALK").unwrap_or_default();
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    let mut count = 0;
    for model in choices(&page, "input[name=model]").await {
        if !only.is_empty() && !only.split(',').any(|name| name == model) {
            continue;
        }
        page.client().goto("about:blank").await.expect("nothing loads");
        page.begin(&format!("lang=en&model={model}&device=cpu")).await;
        let sets = choices(&page, "#data option").await;
        assert!(!sets.is_empty(), "{model} learns nothing");
        for data in sets {
            count += 1;
            let (theme, lang) = (["light", "dark"][count % 2], ["en", "en", "zh"][count % 3]);
            println!("{model} {data}");
            look(&page, &format!("{model} {data}"), &format!("lang={lang}&theme={theme}&model={model}&data={data}"))
                .await;
        }
    }
    assert!(count > 0, "no model `{only}`");
    page.finish(&[]).await;
}
