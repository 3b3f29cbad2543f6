//! The two other engines that readers have, Firefox's and WebKit's: what a visitor does first works there, too.

use browser::{Kind, Page};
use serde_json::json;

use crate::{address::curve, own};

const ONE: [(f64, f64); 4] = [(0.52, 0.2), (0.51, 0.4), (0.5, 0.6), (0.49, 0.8)];

#[tokio::test]
#[ignore = "needs Firefox and its driver: `cargo xtask nightly`"]
async fn firefox_does_what_a_visitor_does_first() {
    all(Page::elsewhere(Kind::Firefox).await).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK and its driver: `cargo xtask nightly`"]
async fn webkit_does_what_a_visitor_does_first() {
    all(Page::elsewhere(Kind::WebKit).await).await;
}

async fn all(page: Page) {
    it_opens_and_reads_a_drawing(&page).await;
    well(&page).await;
    lenet_learns(&page).await;
    a_gan_learns_the_ring(&page).await;
    a_vae_shows_its_latent_space(&page).await;
    a_file_of_ones_own_is_learnt(&page).await;
    well(&page).await;
    a_link_repeats_a_run_and_a_reload_offers_it(&page).await;
    well(&page).await;
    page.finish(&[]).await;
}

/// The page says of no fault, be it its own or a worker's: not every browser hands its console over.
async fn well(page: &Page) {
    let faults =
        "return [...document.querySelectorAll('#crash, #unable')].filter(it => !it.hidden).map(it => it.innerText)";
    assert_eq!(page.script(faults, vec![]).await, json!([]));
    let told = page.told().await;
    assert!(!told.contains("stopped unexpectedly"), "{told}");
}

async fn it_opens_and_reads_a_drawing(page: &Page) {
    page.begin("lang=en&model=lenet&device=cpu").await;
    assert!(page.live("device").await.contains("CPU"), "device: {}", page.live("device").await);
    page.draw(&ONE).await;
    page.until("the drawing is read as a 1", |page| async move { page.live("prediction").await.contains('1') }).await;
    println!("opens and reads a drawing");
}

async fn lenet_learns(page: &Page) {
    page.press("Train").await;
    page.until_step(20.0).await;
    page.until("the test set is told apart", |page| async move { page.number("test-accuracy").await >= Some(80.0) })
        .await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    println!("LeNet at {:?} % after {:?} steps", page.number("test-accuracy").await, page.number("step").await);
}

async fn a_gan_learns_the_ring(page: &Page) {
    page.train("lang=en&model=gan&data=ring&device=cpu", 100).await;
    page.until("samples are scattered", |page| async move {
        page.script("return !!document.querySelector('.scatter canvas')", vec![]).await == true
    })
    .await;
    println!("a GAN learns the ring");
}

async fn a_vae_shows_its_latent_space(page: &Page) {
    page.train("lang=en&model=vae&data=mnist&device=cpu&quality-every=0", 50).await;
    page.press("Latent plane").await;
    page.until("the plane is there", |page| async move {
        page.script("return !!document.querySelector('.mosaic.plane .over')", vec![]).await == json!(true)
    })
    .await;
    println!("a VAE shows its latent space");
}

async fn a_file_of_ones_own_is_learnt(page: &Page) {
    let files = own::Files::new();
    let path = files.with("flowers.csv", own::flowers().as_bytes());
    page.go("lang=en&model=softmax&device=cpu").await;
    page.until_phase("ready").await;
    own::bring_flowers(page, &path).await;
    page.press("Train").await;
    page.until("two clouds are told apart", |page| async move { page.number("test-accuracy").await == Some(100.0) })
        .await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    println!("a file of one's own is learnt");
}

async fn a_link_repeats_a_run_and_a_reload_offers_it(page: &Page) {
    let hash = "lang=en&model=perceptron&device=cpu&seed=7&batch-size=32";
    let first = curve(page, hash, 20).await;
    page.client().goto("about:blank").await.expect("nothing loads");
    assert_eq!(first, curve(page, hash, 20).await, "the same link gave another curve");
    page.edit_hash("play", "0").await;
    page.until_kept().await;
    page.client().refresh().await.expect("the page loads anew");
    page.until_told("20 steps in, is kept").await;
    page.press("Go back to it").await;
    page.until("the run is back", |page| async move { page.number("step").await == Some(20.0) }).await;
    println!("a link repeats a run, and a reload offers it");
}
