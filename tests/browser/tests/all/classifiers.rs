//! Classifiers, as a visitor meets them: on both workers, and in every size, theme and language.

use browser::{Adapter, Page};

const SHOW: &str = "document.querySelector('#views-title').scrollIntoView({ behavior: 'instant' }); scrollBy(0, -100)";

#[tokio::test]
async fn support_vector_machines_learn_digits_and_sketches() {
    let page = Page::ready(Adapter::None).await;
    for (lang, model, steps) in
        [("en", "model=svm&data=mnist", 200), ("zh", "model=fourier-svm&features=512&data=sketches", 201)]
    {
        page.train(&format!("lang={lang}&{model}&device=cpu"), steps).await;
        page.until("a tenth of the loss is gone", |page| async move {
            let losses = page.series("loss/train").await;
            let mean = |part: &[(f64, f64)]| part.iter().map(|(_, loss)| loss).sum::<f64>() / part.len() as f64;
            let few = losses.len() / 4;
            few > 0 && mean(&losses[losses.len() - few..]) < 0.9 * mean(&losses[..few])
        })
        .await;
        assert!(page.number("train-support").await.is_some_and(|share| share > 0.0), "no support vectors");
        let crowded =
            "return [...document.querySelectorAll('.readouts dd')].filter(it => it.scrollWidth > it.clientWidth + 1)
            .map(it => it.innerText)";
        assert_eq!(page.script(crowded, vec![]).await, serde_json::json!([]), "figures run into the next ones");
        page.draw(&[(0.5, 0.2), (0.5, 0.8)]).await;
        page.until("the drawing is read", |page| async move { !page.live("prediction").await.is_empty() }).await;
        page.shoot_everywhere(&format!("svm-{lang}"), SHOW).await;
    }
    page.finish(&[]).await;
}

/// They are counted, not trained: right after a few steps; they sample, read a drawing, and part the plane.
#[tokio::test]
async fn classifiers_by_bayes_rule_count_sample_and_read() {
    let page = Page::ready(Adapter::None).await;
    for (model, steps, least) in [("naive-bayes", 150, 70.0), ("discriminant", 151, 85.0)] {
        page.train(&format!("lang=en&model={model}&data=mnist&device=cpu"), steps).await;
        page.until("the whole test set is looked at", |page| async move {
            page.number("test-accuracy").await.is_some_and(|share| share > least)
        })
        .await;
        page.draw(&[(0.5, 0.2), (0.5, 0.8)]).await;
        page.until("the drawing is read", |page| async move { !page.live("prediction").await.is_empty() }).await;
        page.shoot_everywhere(&format!("bayes-{model}"), SHOW).await;
    }
    page.finish(&[]).await;
}

/// Opens the tab of this view, and waits for what it shows.
async fn open_tab(page: &Page, view: &str) {
    let tabs = page.script("return document.querySelectorAll('#view-panel, [id^=view-tab-]').length - 1", vec![]).await;
    for at in 0..tabs.as_u64().expect("tabs are counted") {
        page.script("document.getElementById('view-tab-' + arguments[0]).click()", vec![at.into()]).await;
        let shown = page.script("return document.getElementById('view-panel').dataset.view", vec![]).await;
        if shown == view {
            return page
                .until("the view is shown", |page| async move {
                    page.script("return document.querySelector('#view-panel canvas') !== null", vec![]).await == true
                })
                .await;
        }
    }
    panic!("no tab shows {view}");
}

/// What speaks for a drawing's class, what each class looks for, and what augmentation does to training pictures.
#[tokio::test]
async fn lenet_shows_what_it_heeds_and_what_augmentation_does() {
    let page = Page::ready(Adapter::None).await;
    // Well trained where it is pictured; that there is a picture does not need it.
    let long = if browser::shots().is_some() { 300 } else { 30 };
    for (lang, model, steps) in [
        ("en", "model=lenet&data=mnist&shift=2&rotation=15&elastic=4", long),
        ("zh", "model=lenet&data=emoji&flip=1", long + 1),
    ] {
        page.train(&format!("lang={lang}&{model}&device=cpu"), steps).await;
        if lang == "en" {
            page.draw(&[(0.3, 0.25), (0.7, 0.25), (0.5, 0.55), (0.45, 0.85)]).await;
        } else {
            page.press("放一张测试图片").await;
        }
        for view in ["augmented", "saliency", "dream"] {
            open_tab(&page, view).await;
            page.shoot_everywhere(&format!("lenet-{view}-{lang}"), SHOW).await;
        }
    }
    page.finish(&[]).await;
}

/// Signals by convolutions, and flowers and birds by two measurements.
#[tokio::test]
async fn signals_and_measurements_are_told_apart() {
    let page = Page::ready(Adapter::None).await;
    for (words, steps, least) in [
        ("model=cnn&data=mnist1d", 600, 70.0),
        ("model=resnet&data=mnist", 100, 80.0),
        ("model=perceptron&data=penguins", 400, 85.0),
        ("model=discriminant&data=iris&x-feature=petal-length&y-feature=petal-width", 20, 85.0),
    ] {
        page.train(&format!("lang=en&{words}&device=cpu"), steps).await;
        page.until("the test set is told apart", |page| async move {
            page.number("test-accuracy").await.is_some_and(|share| share > least)
        })
        .await;
        page.shoot_everywhere(&format!("measured-{steps}"), SHOW).await;
    }
    page.finish(&[]).await;
}

/// The plane: regions, exact values where a key or the pointer goes, the hidden units, who is taken for whom.
#[tokio::test]
async fn a_classifier_of_points_shows_its_regions() {
    const PAINTED: &str = "return document.querySelector('.scatter canvas[tabindex]').toDataURL()";
    const GROUND: &str = "return document.querySelector('.scatter.aimed .picture').toDataURL()";
    // At the last unit of the first hidden layer.
    const HOVER: &str = "const units = document.querySelector('.units > div'), at = units.querySelector('canvas').getBoundingClientRect();
        const event = { bubbles: true, pointerType: 'mouse', clientX: at.right - 3, clientY: at.bottom - 3 };
        (arguments[0] === 'pointermove' ? units.querySelector('canvas') : units).dispatchEvent(new PointerEvent(arguments[0], event));
        return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
    const RATES: &str =
        "return [...document.querySelectorAll(`.matrix ${arguments[0]} td.rate`)].map(it => it.textContent.trim())";
    let page = Page::ready(Adapter::None).await;
    for (lang, model, steps) in
        [("en", "model=perceptron&data=spirals&classes=3", 1500), ("zh", "model=svm&data=blobs&classes=4", 1501)]
    {
        page.train(&format!("lang={lang}&{model}&device=cpu&view=regions"), steps).await;
        page.until("regions are shown", |page| async move {
            page.script("return document.querySelector('.legend.classes output')?.textContent ?? ''", vec![]).await
                != ""
        })
        .await;
        let classes = page.script("return document.querySelectorAll('.legend.classes li').length", vec![]).await;
        assert_eq!(classes.as_u64(), Some(if lang == "en" { 3 } else { 4 }), "as many classes as the address asks for");
        // The model has as many outputs as there are classes: it beats chance by far.
        if lang == "zh" {
            assert!(page.number("test-accuracy").await.is_some_and(|share| share > 90.0), "blobs are parted");
        }
        page.until("the last step's regions are shown", |page| async move {
            let stamp = page.script("return document.querySelector('#view-panel .stamp').textContent", vec![]).await;
            stamp.as_str().is_some_and(|stamp| stamp.contains(&steps.to_string()))
        })
        .await;
        let (before, painted) = (page.live("place").await, page.script(PAINTED, vec![]).await);
        page.script("document.querySelector('.scatter canvas[tabindex]').focus()", vec![]).await;
        page.keys("\u{E014}").await;
        page.until("an arrow moves the place", |page| {
            let before = before.clone();
            async move { page.live("place").await != before }
        })
        .await;
        assert_eq!(page.script(PAINTED, vec![]).await, painted, "to point is not to paint");
        if lang == "en" {
            let shares = page
                .script("return [...document.querySelectorAll('.legend.classes output')].map(it => parseFloat(it.textContent))", vec![])
                .await;
            let sum: f64 = shares.as_array().expect("numbers").iter().filter_map(|share| share.as_f64()).sum();
            assert!((sum - 100.0).abs() < 0.5, "{shares}: per cents of all classes");
            page.script("const s = document.querySelector('.units').parentElement.querySelector('select'); s.value = '0.0'; s.dispatchEvent(new Event('change'))", vec![]).await;
            let first = page.script(GROUND, vec![]).await;
            page.script(HOVER, vec!["pointermove".into()]).await;
            let last = page.script(GROUND, vec![]).await;
            page.script(HOVER, vec!["pointerleave".into()]).await;
            let regions = page.script(GROUND, vec![]).await;
            assert!(
                first != last && last != regions && first != regions,
                "each unit in the large, and the regions again"
            );
        }
        page.shoot_everywhere(&format!("regions-{lang}"), SHOW).await;
        open_tab(&page, "confusion").await;
        page.until("the matrix is shown", |page| async move {
            page.script("return document.querySelectorAll('.matrix td').length", vec![])
                .await
                .as_u64()
                .is_some_and(|it| it > 0)
        })
        .await;
        for part in ["tbody", "tfoot"] {
            let rates = page.script(RATES, vec![part.into()]).await;
            let rates = rates.as_array().expect("a list");
            assert_eq!(Some(rates.len() as u64), classes.as_u64(), "{part}: a recall or precision for each class");
            let share = |text: &str| text.parse::<f64>().is_ok_and(|rate| (0.0..=100.0).contains(&rate));
            let fine = |rate: &str| rate == "–" || share(rate);
            assert!(rates.iter().all(|rate| rate.as_str().is_some_and(fine)), "{part}: {rates:?}");
        }
        let hidden = page.script("return document.querySelector('#view-panel .plot').hidden", vec![]).await;
        assert_eq!(hidden, lang == "zh", "only scores are not held against how often they are right");
        page.shoot_everywhere(&format!("regions-confusion-{lang}"), SHOW).await;
    }
    page.finish(&[]).await;
}

/// The last hidden layer's plane: a sample that is pointed at is named and pictured, and a click puts it on the pad.
#[tokio::test]
async fn a_classifier_lays_out_its_test_samples() {
    const PICTURE: &str = "return document.querySelector('button.enlarged canvas')?.toDataURL() ?? ''";
    const CROSS: &str = "return document.querySelector('.cross').getAttribute('style')";
    const READ: &str = "return document.querySelector('.seen canvas')?.toDataURL() ?? ''";
    let page = Page::ready(Adapter::None).await;
    page.train("lang=en&model=lenet&data=mnist&device=cpu", 150).await;
    open_tab(&page, "embedding").await;
    page.until("a sample is named", |page| async move { !page.live("place").await.is_empty() }).await;
    let shares =
        "return [...document.querySelectorAll('.legend.classes output')].map(it => parseFloat(it.textContent))";
    let shares = page.script(shares, vec![]).await;
    let sum: f64 = shares.as_array().expect("numbers").iter().filter_map(|share| share.as_f64()).sum();
    assert!((sum - 100.0).abs() < 0.6, "{shares}: per cents of all classes");
    let (picture, place) = (page.script(PICTURE, vec![]).await, page.script(CROSS, vec![]).await);
    let blank = page.script(READ, vec![]).await;
    page.draw_on(".scatter canvas[tabindex]", &[(0.9, 0.1)]).await;
    page.until("another sample is pictured", |page| {
        let picture = &picture;
        async move { page.script(PICTURE, vec![]).await != *picture }
    })
    .await;
    assert_ne!(page.script(CROSS, vec![]).await, place, "the cross went along");
    page.until("what was clicked is read", |page| async move { !page.live("prediction").await.is_empty() }).await;
    page.until("what was clicked is on the pad", |page| {
        let blank = &blank;
        async move { page.script(READ, vec![]).await != *blank }
    })
    .await;
    let (picture, seen) = (page.script(PICTURE, vec![]).await, page.script(READ, vec![]).await);
    page.script("document.querySelector('.scatter canvas[tabindex]').focus()", vec![]).await;
    page.keys("\u{E012}\u{E012}\u{E012}\u{E012}\u{E012}\u{E012}\u{E012}\u{E012}\u{E012}\u{E012}").await;
    page.until("arrow keys go to another sample", |page| {
        let picture = &picture;
        async move { page.script(PICTURE, vec![]).await != *picture }
    })
    .await;
    assert_eq!(page.script(READ, vec![]).await, seen, "only a click or Enter puts it on the pad");
    let place = page.script(CROSS, vec![]).await;
    page.script("document.querySelector('[aria-keyshortcuts=S]').click()", vec![]).await;
    page.until("a step lays them out anew", |page| {
        let place = &place;
        async move { page.script(CROSS, vec![]).await != *place }
    })
    .await;
    let picture = page.script(PICTURE, vec![]).await;
    assert!(picture.as_str().is_some_and(|it| !it.is_empty()), "samples keep their pictures");
    page.shoot_everywhere("embedding", SHOW).await;
    page.speak("zh", "#view-panel", "步").await;
    let shown = page.script(PICTURE, vec![]).await;
    assert!(shown.as_str().is_some_and(|it| !it.is_empty()), "another language takes no picture away");
    page.finish(&[]).await;
}
