//! What this browser keeps: data sets by name, and collections, in IndexedDB.

use js_sys::{Array, Function, JsString, Promise, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

/// Data sets as workers take them, and drawings as they are handed on.
#[derive(Clone, Copy)]
pub(super) enum Shelf {
    Sets,
    Hands,
}

impl Shelf {
    fn name(self) -> &'static str {
        match self {
            Self::Sets => "sets",
            Self::Hands => "hands",
        }
    }
}

/// Why nothing is kept.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// There is no room left, and not no store at all.
    pub(super) full: bool,
    /// What the browser says.
    pub(super) why: String,
}

impl From<JsValue> for Refusal {
    fn from(error: JsValue) -> Self {
        let said = error.dyn_ref::<DomException>().map(|it| (it.name() == "QuotaExceededError", it.name()));
        let (full, why) = said.unwrap_or_else(|| (false, "IndexedDB".to_owned()));
        Self { full, why }
    }
}

/// Keeps bytes under a name, in the place of others.
pub(super) async fn put(shelf: Shelf, name: &str, bytes: &Uint8Array) -> Result<(), Refusal> {
    let (database, store) = open(shelf, IdbTransactionMode::Readwrite).await?;
    store.put_with_key(bytes, &name.into())?;
    closed(&database, &store).await
}

/// The bytes under a name, if there are any.
pub(super) async fn get(shelf: Shelf, name: &str) -> Result<Option<Uint8Array>, Refusal> {
    let (database, store) = open(shelf, IdbTransactionMode::Readonly).await?;
    let found = settled(&store.get(&name.into())?).await?;
    database.close();
    Ok(found.dyn_into().ok())
}

/// All names.
pub(super) async fn names(shelf: Shelf) -> Result<Vec<String>, Refusal> {
    let (database, store) = open(shelf, IdbTransactionMode::Readonly).await?;
    let found = settled(&store.get_all_keys()?).await?;
    database.close();
    Ok(Array::from(&found).iter().filter_map(|name| name.dyn_ref::<JsString>().map(String::from)).collect())
}

/// Forgets what is kept under a name.
pub(super) async fn forget(shelf: Shelf, name: &str) -> Result<(), Refusal> {
    let (database, store) = open(shelf, IdbTransactionMode::Readwrite).await?;
    store.delete(&name.into())?;
    closed(&database, &store).await
}

async fn open(shelf: Shelf, mode: IdbTransactionMode) -> Result<(IdbDatabase, IdbObjectStore), Refusal> {
    let factory = window().indexed_db()?.ok_or(JsValue::NULL)?;
    // The number is that of what is kept: raise it when a stored form changes, and throw away what is older.
    let request = factory.open_with_u32("kiln", 1)?;
    let asked = request.clone();
    let upgrade = Closure::once_into_js(move || {
        let database = asked.result().ok().and_then(|it| it.dyn_into::<IdbDatabase>().ok());
        for shelf in [Shelf::Sets, Shelf::Hands] {
            // A database that is new has neither, so that no name is taken.
            let _ = database.as_ref().map(|database| database.create_object_store(shelf.name()));
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    let database: IdbDatabase = settled(&request).await?.dyn_into()?;
    let transaction = database.transaction_with_str_and_mode(shelf.name(), mode)?;
    let store = transaction.object_store(shelf.name())?;
    Ok((database, store))
}

async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |done: Function, failed: Function| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
    });
    match JsFuture::from(promise).await {
        Ok(_) => request.result(),
        Err(_) => Err(request.error()?.map_or(JsValue::NULL, JsValue::from)),
    }
}

/// Waits until a transaction is on the disk: only then is it known whether there was room.
async fn closed(database: &IdbDatabase, store: &IdbObjectStore) -> Result<(), Refusal> {
    let transaction = store.transaction();
    let promise = Promise::new(&mut |done: Function, failed: Function| {
        transaction.set_oncomplete(Some(&done));
        transaction.set_onabort(Some(&failed));
    });
    let outcome = JsFuture::from(promise).await;
    database.close();
    match outcome {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or(JsValue::NULL, JsValue::from).into()),
    }
}
