//! The page's address: round trips, links from elsewhere, links with mistakes.
#![cfg(feature = "ui")]

use kiln::protocol::{Card, Choice, DataCard, Fault, Group, Knob, Range, Tuned, Value, View, Wing, text};
use kiln::ui::address::{Address, Oddity, Theme, Wish};
use kiln::ui::lang::Lang;

fn knob(name: &'static str, range: Range, default: Value) -> Knob {
    let (title, help) = (text("Title", "标题"), text("Help.", "说明。"));
    Knob { name: name.into(), title, help, range, default, hot: false, group: Group::Training, when: None }
}

fn card(name: &'static str) -> Card {
    let choice = |name: &'static str| Choice { name: name.into(), title: text(name, name) };
    Card {
        name: name.into(),
        title: text("Title", "标题"),
        wing: Wing::Discriminative,
        blurb: text("Blurb", "简介"),
        explanation: [text("a", "一"), text("b", "二"), text("c", "三")],
        data: vec!["digits".into(), "letters".into()],
        tuned: vec![Tuned { data: "digits".into(), knobs: vec![("width".into(), Value::Whole(32))] }],
        formulas: vec![],
        knobs: vec![
            knob("lr", Range::Real { min: 1e-5, max: 1.0, log: true }, Value::Real(0.001)),
            knob("width", Range::Whole { min: 1, max: 512, log: true }, Value::Whole(128)),
            knob("relu", Range::Switch, Value::Switch(true)),
            knob("optimiser", Range::Choice(vec![choice("sgd"), choice("adam")]), Value::Choice("adam".into())),
        ],
        series: vec![],
        views: vec![],
        breaks: vec![],
        source_path: "".into(),
    }
}

fn catalogue() -> ([Box<Card>; 2], [DataCard; 2]) {
    let set = |name: &'static str| DataCard {
        name: name.into(),
        title: text("Title", "标题"),
        blurb: text("Blurb", "简介"),
        shape: [1, 28, 28],
        apart: None,
        classes: vec![],
        train: 1,
        test: 1,
        attribution: text("Me", "我"),
        drawable: true,
        judged: false,
        modes: None,
        knobs: vec![],
    };
    ([Box::new(card("first")), Box::new(card("second"))], [set("digits"), set("letters")])
}

#[test]
fn an_address_survives_the_round_trip() {
    let all = Address {
        model: Some("first".into()),
        data: Some("letters".into()),
        device: Wish::Gpu,
        lang: Some(Lang::Zh),
        theme: Theme::Dark,
        play: true,
        steps: Some(200),
        view: Some(View::Embedding),
        bench: None,
        knobs: vec![("lr".into(), "0.01".into()), ("odd one".into(), "50%&=#数".into())],
    };
    for address in [all, Address::default()] {
        let hash = format!("#{address}");
        assert_eq!(Address::parse(&hash), (address, vec![]), "{hash}");
    }
}

#[test]
fn the_word_bench_keeps_an_address_as_it_is() {
    let hash = "bench&device=gpu&workload=lenet&count=5";
    let (address, odd) = Address::parse(&format!("#{hash}"));
    assert_eq!((address.to_string(), odd), (hash.to_owned(), vec![]));
    assert_eq!((address.device, address.knobs.len()), (Wish::Gpu, 0));
}

#[test]
fn the_plain_address_is_empty() {
    assert_eq!(Address::default().to_string(), "");
    assert_eq!(Address::parse("").0, Address::default());
    assert_eq!(Address::parse("#&&").0, Address::default());
}

#[test]
fn a_link_becomes_a_setup_of_what_differs() {
    let (recipes, datasets) = catalogue();
    let (address, odd) = Address::parse("#model=first&data=letters&lr=0.01&width=128&relu=0&optimiser=sgd");
    assert_eq!(odd, []);
    let (setup, odd) = address.resolve(&recipes, &datasets).expect("the catalogue has models");
    assert_eq!(odd, []);
    assert_eq!((setup.recipe.as_str(), setup.data.as_str()), ("first", "letters"));
    let changed = [
        ("lr".to_owned(), Value::Real(0.01)),
        ("relu".to_owned(), Value::Switch(false)),
        ("optimiser".to_owned(), Value::Choice("sgd".into())),
    ];
    assert_eq!(setup.knobs, changed, "128 is the default and needs no mention");
}

#[test]
fn mistakes_are_clamped_or_left_out_and_reported() {
    let (recipes, datasets) = catalogue();
    let (address, odd) =
        Address::parse("#model=nope&data=nope&lr=7&width=x&relu=2&ghost=1&device=toaster&lang=fr&steps=-1");
    let value = |key: &str, asked: &str| Oddity::Value { key: key.into(), asked: asked.into() };
    assert_eq!(odd, [value("device", "toaster"), value("lang", "fr"), value("steps", "-1")]);
    let (setup, odd) = address.resolve(&recipes, &datasets).expect("the catalogue has models");
    assert_eq!((setup.recipe.as_str(), setup.data.as_str()), ("second", "digits"));
    assert_eq!(setup.knobs, [("lr".to_owned(), Value::Real(1.0))]);
    let clamped = Fault::Clamped { knob: "lr".into(), asked: "7".into(), used: "1".into() };
    let expected = [
        Oddity::Fault(Fault::UnknownRecipe { name: "nope".into() }),
        Oddity::Fault(Fault::UnknownData { name: "nope".into() }),
        Oddity::Fault(clamped),
        value("width", "x"),
        value("relu", "2"),
        Oddity::Fault(Fault::UnknownKnob { name: "ghost".into() }),
    ];
    assert_eq!(odd, expected);
}

#[test]
fn an_empty_catalogue_is_no_panic() {
    let none: [Box<Card>; 0] = [];
    assert_eq!(Address::default().resolve(&none, &[]), None);
}

#[test]
fn foreign_bytes_are_no_panic() {
    for hash in ["#%", "#%zz=%e4", "#=", "#a=%E4%BD", "#steps=99999999999999999999", "#lr=%2", "#\u{4f60}=\u{597d}"] {
        let (address, _) = Address::parse(hash);
        let (again, _) = Address::parse(&address.to_string());
        assert_eq!(again, address, "{hash}");
    }
}

/// What an address leaves out or says is measured by the defaults of its data set.
#[test]
fn defaults_are_those_of_the_data_set() {
    let (recipes, datasets) = catalogue();
    for (hash, width) in [
        ("#model=first&data=digits&width=32", None),
        ("#model=first&data=digits&width=128", Some(128)),
        ("#model=first&data=letters&width=32", Some(32)),
        ("#model=first&data=letters&width=128", None),
    ] {
        let (setup, odd) = Address::parse(hash).0.resolve(&recipes, &datasets).expect("a catalogue");
        let knobs: Vec<_> = width.map(|width| ("width".to_owned(), Value::Whole(width))).into_iter().collect();
        assert_eq!((setup.knobs, odd), (knobs, vec![]), "{hash}");
    }
}

/// A drawing stands in a link as it is; what is none is told, and the default is drawn from.
#[test]
fn drawings_are_shared_and_noise_is_refused() {
    let (recipes, mut datasets) = catalogue();
    let range = Range::Drawing { reach: 1.25, marks: false };
    datasets[1].knobs = vec![knob("drawing", range, Value::Drawing("FAAA".into()))];
    let open = |hash: &str| Address::parse(hash).0.resolve(&recipes, &datasets).expect("a catalogue");
    let (setup, odd) = open("#model=first&data=letters&drawing=F-_9.Gabc012");
    assert_eq!(
        (&setup.knobs[..], &odd[..]),
        (&[("drawing".to_owned(), Value::Drawing("F-_9.Gabc012".into()))][..], &[][..])
    );
    let link = Address { knobs: vec![("drawing".into(), "F-_9.Gabc012".into())], ..Address::default() };
    assert_eq!(link.to_string(), "drawing=F-_9.Gabc012", "nothing needs to be escaped");
    let long = "AAAA.".repeat(500);
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (0..state >> 28).map(|at| char::from((state >> at) as u8)).collect::<String>() + "!"
    });
    let bad = ["", "AAA", "F-_9..F-_9", "F%2B%2B%2B", "heart", &long].map(str::to_owned).into_iter();
    for text in bad.chain(noise.take(500)) {
        let address = Address { knobs: vec![("drawing".into(), text.clone())], ..Address::default() };
        let (setup, odd) = open(&format!("#model=first&data=letters&{address}"));
        assert_eq!((setup.knobs, odd.len()), (vec![], 1), "{text:?}");
    }
    let (_, odd) = open("#model=first&data=digits&drawing=FAAA");
    assert_eq!(odd, [Oddity::Fault(Fault::UnknownKnob { name: "drawing".into() })]);
}
