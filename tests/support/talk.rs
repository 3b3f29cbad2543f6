//! A host, and a page that says what it is told to say and paints every frame at once.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use burn::tensor::Device;
use kiln::data::DataSet;
use kiln::engine::host::{Place, Post, Rig, serve};
use kiln::engine::pace::Rules;
use kiln::engine::recipe::Entry;
use kiln::protocol::{ChunkCause, Command, DeviceCard, DeviceKind, Event};

/// What comes of fetching the file at a path.
type Files = Box<dyn Fn(&str) -> Result<Vec<u8>, ChunkCause>>;

/// A place whose clock ticks when it is looked at and whose files come at once.
struct Page {
    clock: Cell<f64>,
    posts: RefCell<VecDeque<Post>>,
    events: RefCell<Vec<Event>>,
    files: Files,
}

impl Place for Page {
    fn now(&self) -> f64 {
        self.clock.set(self.clock.get() + 1.0);
        self.clock.get()
    }

    fn memory(&self) -> u64 {
        0
    }

    fn send(&self, event: Event) {
        if let Event::Frame { run, frame, .. } = event {
            self.posts.borrow_mut().push_back(Post::Command(Ok(Command::Painted { run, frame })));
        }
        self.events.borrow_mut().push(event);
    }

    fn take(&self) -> Option<Post> {
        self.posts.borrow_mut().pop_front()
    }

    fn fetch(&self, path: String, _: f64) {
        let outcome = (self.files)(&path);
        self.posts.borrow_mut().push_back(Post::File { path, outcome });
    }

    async fn breathe(&self) {}

    async fn wait(&self) {
        poll_fn(|_| if self.posts.borrow().is_empty() { Poll::Pending } else { Poll::Ready(()) }).await;
    }
}

/// A host on the CPU and its page.
pub struct Talk {
    page: Rc<Page>,
    host: Pin<Box<dyn Future<Output = ()>>>,
}

impl Talk {
    /// A host that trains these recipes on these sets, whose files `files` has.
    pub fn with(
        recipes: Vec<Entry>,
        datasets: &'static [&'static DataSet],
        files: impl Fn(&str) -> Result<Vec<u8>, ChunkCause> + 'static,
    ) -> Self {
        let page = Page {
            clock: Cell::default(),
            posts: RefCell::default(),
            events: RefCell::default(),
            files: Box::new(files),
        };
        let (page, card) =
            (Rc::new(page), DeviceCard { kind: DeviceKind::Cpu, adapter: String::new(), threads: 1, software: false });
        let rig = Rig { device: Device::flex(), card, recipes, datasets, rules: Rules::eager(), workloads: &[] };
        let own = page.clone();
        Self { page, host: Box::pin(async move { serve(&*own, rig).await }) }
    }

    /// The same, of sets whose files nobody has: those that are made need none.
    pub fn without_files(recipes: Vec<Entry>, datasets: &'static [&'static DataSet]) -> Self {
        Self::with(recipes, datasets, |_| Err(ChunkCause::Status(404)))
    }

    /// Puts a command into the mailbox; the host takes it when it is spoken to.
    pub fn post(&mut self, command: Command) {
        self.page.posts.borrow_mut().push_back(Post::Command(Ok(command)));
    }

    /// Says something, and hears the host out.
    pub fn say(&mut self, command: Command) -> Vec<Event> {
        let before = self.page.events.borrow().len();
        self.post(command);
        assert!(self.host.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        self.page.events.borrow()[before..].to_vec()
    }
}
