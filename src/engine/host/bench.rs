//! Measures how fast this worker trains, when the page asks for it; a run that trains pauses first.

use super::{Host, Place, entry, of};
use crate::engine::bench::ceiling::ceiling;
use crate::engine::bench::measure;
use crate::engine::bench::report::{Asked, Report};
use crate::protocol::{DeviceKind, Event, Fault, RunId};

impl<P: Place> Host<'_, P> {
    /// Measures what `words` ask for; says after each workload what is known so far, and in the end all of it.
    pub(super) async fn bench(&mut self, run: RunId, words: &str) {
        let now = self.place.now();
        let Some(session) = self.session.as_mut().filter(|session| session.run() == run) else { return };
        let Some(store) = of(&mut self.stores, session) else { return };
        session.pause(&store.shelf, now);
        self.speak();
        if let Err(fault) = self.race(run, words).await {
            self.place.send(Event::Trouble { run: Some(run), fault, fatal: false });
        }
        self.rig.device.memory_cleanup();
    }

    async fn race(&mut self, run: RunId, words: &str) -> Result<(), Fault> {
        let asked = Asked::read(words);
        let workloads = asked.among(self.rig.workloads).map_err(|name| Fault::UnknownRecipe { name })?;
        let (device, now) = (&self.rig.device, || self.place.now());
        let on_processor = self.rig.card.kind == DeviceKind::Cpu;
        let ceiling = match self.ceiling {
            Some(known) => known,
            None => ceiling(device, on_processor, now).await?,
        };
        self.ceiling = Some(ceiling);
        let mut report = Report {
            asked: words.to_owned(),
            device: if on_processor { "CPU".to_owned() } else { self.rig.card.adapter.clone() },
            ceiling,
            rows: Vec::new(),
        };
        for workload in workloads {
            self.place.send(Event::Benched { run, text: format!("{}\n{} …", report.table(), workload.name) });
            self.place.breathe().await;
            let entry = entry(&self.rig, workload.recipe)?;
            report.rows.push(measure(workload, entry, asked.terms, device, now).await?);
        }
        self.place.send(Event::Benched { run, text: format!("{}\n```json\n{}\n```\n", report.table(), report.json()) });
        Ok(())
    }
}
