//! What speed is measured by: operations counted by hand, batches that never change, and what is asked and told.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use burn::tensor::Device;
use kiln::engine::bench::ceiling::{Ceiling, ceiling};
use kiln::engine::bench::report::{Asked, Report};
use kiln::engine::bench::{Race, STEPS, Terms, Workload, measure};
use kiln::engine::recipe::Entry;
use kiln::workloads::WORKLOADS;
use kiln::zoo::zoo;

fn wait<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("the processor never keeps one waiting"),
    }
}

fn entry(workload: &Workload) -> Entry {
    zoo().into_iter().find(|entry| (entry.card)().name == workload.recipe).unwrap()
}

#[test]
fn operations_are_those_counted_by_hand() {
    let dense = |widths: &[f64]| widths.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>();
    let heads = dense(&[400.0, 120.0, 84.0, 10.0]);
    let colour = dense(&[400.0, 120.0, 84.0, 9.0]);
    let conv = |places: f64, window: f64, channels: f64| places * window * channels;
    let generator = conv(49.0, 16.0, 32.0 * 16.0) + conv(196.0, 16.0, 16.0);
    let critic = conv(49.0, 16.0, 16.0 * 32.0) + 1568.0;
    // Of a first layer nobody asks for the gradient by its input.
    let expected = [
        ("softmax", 4.0 * 7840.0),
        ("perceptron", 4.0 * 100_352.0 + 6.0 * (8192.0 + 640.0)),
        ("lenet", 4.0 * conv(784.0, 25.0, 6.0) + 6.0 * (conv(100.0, 25.0, 96.0) + heads)),
        ("lenet-colour", 4.0 * conv(784.0, 25.0, 18.0) + 6.0 * (conv(100.0, 25.0, 96.0) + colour)),
        ("vae", 4.0 * 784.0 * 400.0 + 6.0 * (400.0 * 784.0 + 3.0 * 400.0 * 20.0)),
        (
            "gan",
            4.0 * 2560.0
                + 6.0 * dense(&[256.0, 256.0, 784.0])
                + 12.0 * 784.0 * 256.0
                + 16.0 * dense(&[256.0, 256.0, 1.0]),
        ),
        ("dcgan", 4.0 * 64.0 * 1568.0 + 6.0 * generator + 12.0 * conv(196.0, 16.0, 16.0) + 16.0 * critic),
    ];
    assert_eq!(WORKLOADS.each_ref().map(|workload| workload.name), expected.map(|(name, _)| name));
    for (workload, (name, each)) in WORKLOADS.iter().zip(expected) {
        let mut learner = workload.build(&entry(workload), 2, &Device::default().autodiff());
        assert_eq!(workload.operations(&mut *learner, 2).unwrap(), 2.0 * each, "{name}");
    }
}

#[test]
fn every_knob_of_a_workload_is_had() {
    for workload in &WORKLOADS {
        let knobs: Vec<_> = workload.knobs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let (learner, notices) = (entry(workload).build)(&knobs, &workload.shape, &Device::default().autodiff());
        assert!(notices.is_empty(), "{}: {notices:?}", workload.name);
        for (name, value) in &knobs {
            assert!(learner.values().contains(&(name.clone(), value.clone())), "{}: {name}", workload.name);
        }
    }
}

#[test]
fn batches_are_seeded_and_within_bounds() {
    for workload in &WORKLOADS {
        let (pixels, labels) = workload.samples(64, 3);
        assert_eq!((pixels.len(), labels.len()), (64 * workload.shape.size(), 64));
        assert!(pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)), "{}", workload.name);
        assert!(labels.iter().all(|label| (0..workload.shape.classes as i32).contains(label)), "{}", workload.name);
        assert_eq!(workload.samples(64, 3 + STEPS), (pixels.clone(), labels), "batches go round");
        assert_ne!(workload.samples(64, 4).0, pixels);
    }
}

#[test]
fn the_losses_fall_and_do_not_depend_on_how_often_they_are_read() {
    let workload = &WORKLOADS[1];
    let race = || wait(Race::new(workload, &entry(workload), 64, &Device::default())).unwrap();
    let all = wait(race().run(STEPS, true)).unwrap();
    let (name, losses) = &all[0];
    assert_eq!((*name, losses.len(), all.len()), ("loss/train", STEPS as usize, 1));
    assert!(losses[19] < 0.5 * losses[0], "{losses:?}");
    let mut other = race();
    wait(other.run(7, false)).unwrap();
    let last = wait(other.run(13, false)).unwrap();
    assert_eq!(last, [("loss/train", vec![losses[19]])]);
}

#[test]
fn a_measurement_says_what_it_was_asked_for() {
    let clock = Cell::new(0.0);
    let now = || {
        clock.set(clock.get() + 10.0);
        clock.get()
    };
    let (workload, terms) = (&WORKLOADS[5], Terms { batch: 4, steps: 2, repeats: 3 });
    let row = wait(measure(workload, &entry(workload), terms, &Device::default(), now)).unwrap();
    assert_eq!((row.first, row.steps, row.times.as_slice()), (10.0, 2, [5.0; 3].as_slice()));
    assert_eq!(row.speed(), row.operations * 200.0);
    let names: Vec<_> = row.losses.iter().map(|(name, losses)| (*name, losses.len())).collect();
    assert_eq!(names, [("loss/discriminator", 20), ("loss/generator", 20)]);
    let report = Report {
        asked: "x".into(),
        device: "a \"CPU\"".into(),
        ceiling: Ceiling { product: 1e9, bare: None },
        rows: vec![row],
    };
    assert!(report.table().contains("\n| gan | 4 | 10.0 | 5.000 | 5.000 to 5.000 | 800 |"), "{}", report.table());
    let json = report.json();
    assert!(json.contains("\"device\":\"a 'CPU'\",\"product\":1000000000,\"bare\":null,"), "{json}");
    assert!(
        json.contains("\"steps\":2,\"times\":[5,5,5],\"operations\":") && json.contains("\"loss/generator\":["),
        "{json}"
    );
}

#[test]
fn what_is_asked_is_read_and_what_is_not_known_is_named() {
    let asked = Asked::read("bench&device=gpu&workload=vae&workload=gan&batch=8&count=3&repeats=2");
    assert_eq!(asked.terms, Terms { batch: 8, steps: 3, repeats: 2 });
    let names: Vec<_> = asked.among(&WORKLOADS).unwrap().iter().map(|workload| workload.name).collect();
    assert_eq!(names, ["vae", "gan"]);
    assert_eq!(Asked::read("").among(&WORKLOADS).unwrap().len(), WORKLOADS.len());
    assert_eq!(Asked::read("workload=x").among(&WORKLOADS).unwrap_err(), "x");
}

#[test]
fn ceilings_are_speeds() {
    let start = std::time::Instant::now();
    let now = || start.elapsed().as_secs_f64() * 1e3;
    let found = wait(ceiling(&Device::default(), true, now)).unwrap();
    assert!(found.product > 1e8 && found.bare.is_some_and(|bare| bare > 1e7), "{found:?}");
}
