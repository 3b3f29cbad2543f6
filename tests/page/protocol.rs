//! The wire: golden bytes guard the version, and no bytes whatever make a decoder panic.

use kiln::protocol::{
    Act, Answer, Augmented, Axes, Bin, Body, ChunkCause, Codes, Command, Confusion, DataCard, Decoded, DeviceCard,
    DeviceKind, Dot, Event, Fault, Field, Finding, Fit, Kept, Ladder, Latent, Neighbour, Opinion, Opinions, OwnCard,
    Phase, Plane, Point, Principal, Probe, Pulse, Reading, Reconstruction, Regions, Rise, Role, Samples, Scatter,
    Scored, Scores, Setup, Split, Stroke, VERSION, Value, View, Voice, decode, encode, event, text,
};

fn commands() -> Vec<Command> {
    let setup = Setup {
        recipe: "lenet".into(),
        data: "mnist".into(),
        knobs: vec![("seed".into(), Value::Whole(-3)), ("optimiser".into(), Value::Choice("adam".into()))],
    };
    let probe =
        Probe::Drawing { strokes: vec![Stroke { width: 0.5, points: vec![[0.25, 1.0], [0.0, -2.0]] }], prepared: true };
    vec![
        Command::Start { run: 1, setup: setup.clone(), snapshot: None },
        Command::Start { run: 300, setup, snapshot: Some(vec![0, 255, 128]) },
        Command::Train { run: 2, until: Some(1000) },
        Command::Pause { run: 2 },
        Command::Step { run: 2 },
        Command::Retune { run: 2, knob: "learning-rate".into(), value: Value::Real(0.5) },
        Command::Retune { run: 2, knob: "drawing".into(), value: Value::Drawing("FAAA".into()) },
        Command::Watch { run: 2, views: vec![View::Reading, View::Mistakes] },
        Command::Probe { run: 2, probe: Some(probe) },
        Command::Probe { run: 2, probe: Some(Probe::Sample { split: Split::Test, index: 9 }) },
        Command::Probe { run: 2, probe: Some(Probe::Generated { index: 3 }) },
        Command::Decode { run: 2, codes: Some(Codes::Given(vec![vec![0.5, -1.0], vec![]])) },
        Command::Decode { run: 2, codes: Some(Codes::Walk { from: 0, to: 5, count: 9 }) },
        Command::Turn { run: 2, axes: Axes::Latents([0, 7]), class: 3 },
        Command::Turn { run: 2, axes: Axes::Principal, class: 3 },
        Command::Painted { run: 2, frame: 7 },
        Command::Evaluate { run: 2 },
        Command::Save { run: 2 },
        Command::Reload { run: 2 },
        Command::Act { run: 2 },
        Command::Bench { run: 2, words: "workload=vae".into() },
        Command::Bring { bytes: vec![1, 2] },
    ]
}

fn events() -> Vec<Event> {
    let device = DeviceCard { kind: DeviceKind::Gpu, adapter: "none".into(), threads: 1, software: true };
    let plane = Plane { width: 2, height: 1, channels: 1, pixels: vec![0, 200] };
    let reading = Reading {
        seen: plane.clone(),
        by: Opinion::Current,
        answer: Answer::Probabilities(vec![0.25, 0.75]),
        truth: Some(1),
    };
    let pulse = Pulse { step: 9, steps_per_epoch: 937, steps_per_second: 1.5, memory: 65_536, ..Pulse::default() };
    let cause = ChunkCause::Status(404);
    let chunk = Fault::Chunk { file: "train-00.bin.gz".into(), tries: 3, cause };
    let scored = Scored { picture: plane.clone(), score: Some(0.5) };
    let neighbour = Neighbour { of: 1, index: 59_999, distance: 0.25, picture: plane.clone() };
    let latent = Latent {
        size: 2,
        axes: [0, 1],
        extent: 3.0,
        side: 1,
        decoded: vec![plane.clone()],
        codes: vec![([0.5, -0.5], 7)],
        probe: Some(([1.0, 0.0], [0.5, 0.25], -0.5)),
        principal: Some(Principal { mean: vec![1.0], axes: [vec![0.5], vec![]], shares: [0.5, 0.25] }),
    };
    let pictures = [
        (View::Reading, Body::Reading(reading)),
        (
            View::Samples,
            Body::Samples(Samples { generated: vec![scored.clone()], real: vec![scored], nearest: vec![neighbour] }),
        ),
        (
            View::Reconstructions,
            Body::Reconstructions(vec![Reconstruction { original: plane.clone(), decoded: plane.clone() }]),
        ),
        (View::Latent, Body::Latent(latent)),
        (View::Decoded, Body::Decoded(vec![Decoded { code: vec![0.5, -1.0], picture: plane.clone() }])),
        (
            View::Scores,
            Body::Scores(Scores { range: [0.0, 1.0], probability: true, real: vec![0, 3], generated: vec![2, 1] }),
        ),
    ];
    let act = Act {
        title: text("a", "b"),
        text: text("", ""),
        tex: "x".into(),
        numbers: vec!["0.5".into()],
        role: Role::Discriminator,
        values: vec![(text("c", "d"), 0.5)],
    };
    let scatter = Scatter {
        reach: 1.5,
        real: vec![[0.5, -0.5]],
        generated: vec![[0.25, 1.0], [0.0, -2.0]],
        field: Some(Field { values: Plane { width: 1, height: 1, channels: 1, pixels: vec![9] }, range: [0.0, 1.0] }),
        slopes: vec![[1.0, -1.0]],
        grid: vec![],
    };
    let voice = Voice {
        recipe: "vae".into(),
        step: 300,
        present: true,
        told: Some(1),
        probabilities: vec![0.25, 0.75],
        rebuilt: Some(plane.clone()),
        measures: vec![("loss/test".into(), 105.5)],
        score: Some(-0.5),
        probability: false,
    };
    let augmented = vec![Augmented { original: plane.clone(), seen: plane.clone() }];
    let opinions = Opinions { seen: Some(plane), truth: Some(1), voices: vec![voice, Voice::default()] };
    let bin = Bin { count: 3, right: 2, confidence: 2.5 };
    let confusion = Confusion { classes: 1, counts: vec![3], bins: vec![bin] };
    let dot = Dot { at: [0.5, -0.5], truth: 1, guess: 0, split: Split::Test, slack: true };
    let regions = Regions {
        axes: [text("x", "横"), text("y", "纵")],
        reach: 1.5,
        side: 1,
        logits: vec![0.5, -1.0],
        margin: true,
        points: vec![dot],
        pictures: vec![Plane::default()],
        layers: vec![],
    };
    let rise = Rise {
        title: text("Bayes", "贝叶斯"),
        role: Role::Generator,
        turned: ("bayes".into(), View::Samples),
        rungs: vec![(10, 41.5, 1.25)],
    };
    let ladder = Ladder { axes: Default::default(), said: Default::default(), rises: vec![rise] };
    let pictures = pictures.into_iter().chain([
        (View::Samples, Body::Scatter(scatter)),
        (View::Opinions, Body::Opinions(opinions)),
        (View::Regions, Body::Regions(regions)),
        (View::Confusion, Body::Confusion(confusion)),
        (View::Augmented, Body::Augmented(augmented)),
        (View::Ladder, Body::Ladder(ladder)),
    ]);
    let frames = pictures.map(|(view, body)| Event::Frame { run: 1, frame: 1, step: 9, view, body });
    let card = DataCard {
        name: "own/x".into(),
        title: text("a", "b"),
        blurb: text("", ""),
        shape: [2, 1, 1],
        classes: vec![text("c", "d")],
        apart: Some(0.5),
        train: 3,
        test: 2,
        attribution: text("", ""),
        drawable: false,
        judged: false,
        modes: None,
        knobs: vec![],
    };
    let fit = Fit { recipe: "svm".into(), tuned: vec![("c".into(), Value::Real(0.5))] };
    let own = OwnCard { card, fits: vec![fit] };
    let mut events = vec![
        Event::Hello { version: VERSION, device, catalogue: 7, own: vec![own] },
        Event::Unfit { version: VERSION, fault: Fault::NoGpu { detail: "?".into() } },
        Event::Started { run: 1, parameters: 44_426, knobs: vec![], notices: vec![], step: 0 },
        Event::Phase { run: 1, phase: Phase::Waiting },
        Event::Loading { data: "mnist".into(), samples: 2000, of: 70_000 },
        Event::Tick { run: 1, pulse, points: vec![Point { series: 1, step: 9, value: 2.5 }] },
        Event::Snapshot { run: 1, step: 9, bytes: vec![1, 2, 3] },
        Event::Findings {
            run: 1,
            step: 9,
            findings: vec![
                Finding::MissingClasses { classes: vec![3], of: 10 },
                Finding::PosteriorCollapse { kl: 0.5 },
            ],
        },
        Event::Trouble { run: None, fault: chunk, fatal: false },
        Event::Acts { run: 1, step: 9, done: 1, acts: vec![act] },
        Event::Trouble { run: Some(1), fault: Fault::NoDrawing { knob: "drawing".into() }, fatal: false },
        Event::Benched { run: 1, text: "| vae |".into() },
    ];
    events.extend(frames);
    events
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Raise `VERSION` when this fails, then put the printed bytes here.
#[test]
fn golden_bytes_guard_the_version() {
    let commands: Vec<_> = commands().iter().map(|command| hex(&encode(command).unwrap())).collect();
    let events: Vec<_> = events().iter().map(|event| hex(&encode(event).unwrap())).collect();
    let golden = include_str!("../golden/protocol.txt");
    let printed = format!("version {VERSION}\n{}\n{}\n", commands.join("\n"), events.join("\n"));
    assert_eq!(printed, golden, "the wire has changed:\n{printed}");
}

#[test]
fn messages_come_back_as_they_went() {
    for command in commands() {
        assert_eq!(decode::<Command>(&encode(&command).unwrap()), Ok(command));
    }
    for sent in events() {
        assert_eq!(event(&encode(&sent).unwrap()), Ok(sent));
    }
}

#[test]
fn every_truncation_and_every_surplus_is_a_fault() {
    for command in commands() {
        let bytes = encode(&command).unwrap();
        for length in 0..bytes.len() {
            assert!(
                matches!(decode::<Command>(&bytes[..length]), Err(Fault::Garbled { .. })),
                "{command:?} at {length}"
            );
        }
        assert!(matches!(decode::<Command>(&[&bytes[..], &[0]].concat()), Err(Fault::Garbled { .. })));
    }
    for sent in events() {
        let bytes = encode(&sent).unwrap();
        for length in 0..bytes.len() {
            assert!(event(&bytes[..length]).is_err(), "{sent:?} at {length}");
        }
    }
}

#[test]
fn noise_never_panics() {
    // Marsaglia's xorshift: the same noise every time.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let originals: Vec<_> = events().iter().map(|event| encode(event).unwrap()).collect();
    let mut refused = 0;
    for round in 0..50_000_usize {
        let mut bytes = if round % 2 == 0 {
            (0..random() % 64).map(|_| random() as u8).collect()
        } else {
            originals[round % originals.len()].clone()
        };
        if let Some(at) = (random() as usize).checked_rem(bytes.len()) {
            bytes[at] ^= random() as u8;
        }
        refused += usize::from(event(&bytes).is_err()) + usize::from(decode::<Command>(&bytes).is_err());
    }
    assert!(refused > 50_000, "noise passes for messages: {refused}");
}

#[test]
fn a_greeting_of_another_build_is_told_apart_from_noise() {
    let device = DeviceCard { kind: DeviceKind::Cpu, adapter: String::new(), threads: 1, software: false };
    let hello = Event::Hello { version: VERSION + 1, device, catalogue: 7, own: vec![] };
    let mut bytes = encode(&hello).unwrap();
    bytes.extend([1, 2, 3]);
    assert_eq!(event(&bytes), Err(Fault::Version { worker: u32::from(VERSION) + 1, page: VERSION.into() }));
}

#[test]
fn a_kept_run_is_read_by_the_version_that_wrote_it() {
    let setup = Setup { recipe: "svm".into(), data: "moons".into(), knobs: vec![("seed".into(), Value::Whole(2))] };
    let kept = Kept { setup, step: 300, curves: vec![vec![(1, 0.5), (300, 0.25)], vec![]] };
    let mut bytes = kept.write().expect("plain data");
    let long = bytes.len();
    bytes.extend([7, 8, 9]);
    assert_eq!(Kept::read(&bytes), Some((kept, [7, 8, 9].as_slice())));
    (0..long).for_each(|end| assert_eq!(Kept::read(&bytes[..end]), None, "only {end} bytes"));
    bytes[0] += 1;
    assert_eq!(Kept::read(&bytes), None, "of another version");
}
