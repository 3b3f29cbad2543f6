//! Support vector machines, as a visitor meets them: on both workers, and in every size, theme and language.

use browser::{Adapter, Page};

const SHOW: &str = "document.querySelector('#views-title').scrollIntoView({ behavior: 'instant' }); scrollBy(0, -100)";

#[tokio::test]
async fn support_vector_machines_learn_digits_and_sketches() {
    for (lang, model) in [("en", "model=svm&data=mnist"), ("zh", "model=fourier-svm&features=512&data=sketches")] {
        let hash = format!("lang={lang}&{model}&device=cpu&steps=200&play=1");
        let page = Page::open(Adapter::None, &hash).await;
        page.until("a tenth of the loss is gone", |page| async move {
            let losses = page.series("loss/train").await;
            let mean = |part: &[(f64, f64)]| part.iter().map(|(_, loss)| loss).sum::<f64>() / part.len() as f64;
            let few = losses.len() / 4;
            few > 0 && mean(&losses[losses.len() - few..]) < 0.9 * mean(&losses[..few])
        })
        .await;
        page.until_phase("paused").await;
        assert!(page.number("train-support").await.is_some_and(|share| share > 0.0), "no support vectors");
        page.draw(&[(0.5, 0.2), (0.5, 0.8)]).await;
        page.until("the drawing is read", |page| async move { !page.live("prediction").await.is_empty() }).await;
        let name = if model.contains("fourier") { "fourier" } else { "svm" };
        page.shoot_everywhere(&format!("{name}-{lang}"), SHOW).await;
        page.finish(&[]).await;
    }
}

#[tokio::test]
async fn support_vector_machines_learn_on_the_gpu() {
    if std::env::var("KILN_GPU").as_deref() == Ok("0") {
        println!("built without the GPU worker: nothing to see");
        return;
    }
    for model in ["svm", "fourier-svm&features=256"] {
        let hash = format!("lang=en&model={model}&device=gpu&batch-size=16&steps=3&play=1");
        let page = Page::open(Adapter::Software, &hash).await;
        page.until_step(3.0).await;
        page.until_phase("paused").await;
        assert!(page.live("device").await.contains("GPU"), "{}", page.live("device").await);
        page.finish(&[]).await;
    }
}
