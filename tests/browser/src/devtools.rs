//! DevTools commands, through WebDriver.

use fantoccini::{Client, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};

/// Carries out a DevTools command in the present tab.
///
/// # Panics
/// Where Chromium does not know it or refuses it.
pub async fn devtools(client: &Client, command: &str, parameters: Value) -> Value {
    let session = client.session_id().await.expect("a session").expect("an open session");
    let body = json!({ "cmd": command, "params": parameters });
    let reply = client.issue_cmd(Devtools { session, body }).await;
    reply.unwrap_or_else(|error| panic!("{command}: {error}"))
}

#[derive(Debug)]
struct Devtools {
    session: String,
    body: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &url::Url, _session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", self.session))
    }

    fn method_and_body(&self, _request: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
