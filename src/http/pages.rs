//! The pages for people: the front page, what an error means, and the interactive reference.
//!
//! Everything they load is in the program itself, so they work with the network unplugged. Style sheets and scripts
//! live under addresses that hold a hash of their bytes.

use std::io::{self, Read as _};
use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::cache::{self, Keep, NOTHING, Representation};
use super::error::{Code, Failure};
use super::state::App;
use crate::store::Store;

/// What the plain pages may load: their style sheet.
pub(super) const CSP: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the reference may load: its own scripts, styles and requests to this server. Its icons are `data:` images.
const DOCS_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file that pages load.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: Bytes,
}

const STYLE: &str = include_str!("../../assets/page.css");
const START: &str = include_str!("../../assets/docs.js");

/// Every file that pages load. The reference is Swagger UI as its crate carries it.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets = vec![
        Asset {
            name: "page.css",
            content_type: "text/css; charset=utf-8",
            bytes: Bytes::from_static(STYLE.as_bytes()),
        },
        Asset {
            name: "docs.js",
            content_type: "text/javascript; charset=utf-8",
            bytes: Bytes::from_static(START.as_bytes()),
        },
    ];
    let config = Arc::new(utoipa_swagger_ui::Config::from("/openapi.json"));
    for (name, content_type) in [
        ("swagger-ui.css", "text/css; charset=utf-8"),
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("favicon-32x32.png", "image/png"),
    ] {
        // `tests/docs.rs` opens the page: a file that is gone from the crate would show there.
        if let Ok(Some(file)) = utoipa_swagger_ui::serve(name, Arc::clone(&config))
            && let Ok(bytes) = unpacked(&file.bytes)
        {
            assets.push(Asset { name, content_type, bytes: bytes.into() });
        }
    }
    assets
});

/// What a file of the crate holds: it is packed, so that the program is smaller.
fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A hash of all assets: a changed file changes every address.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS.iter() {
        hash.update(asset.name);
        hash.update(&asset.bytes);
    }
    hash.finalize().iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
});

/// `/assets/{hash}/{name}`.
pub(super) async fn asset(app: &App, headers: &HeaderMap, hash: &str, name: &str) -> Result<Response, Failure> {
    let asset = ASSETS.iter().find(|asset| asset.name == name && hash == *HASH);
    let Some(asset) = asset else { return Err(Failure::NotFound("There is no such file.".to_owned())) };
    let representation = Representation {
        identity: format!("/assets/{hash}/{name}"),
        content_type: asset.content_type,
        lang: None,
        vary: Vec::new(),
        keep: Keep::Immutable,
        csp: NOTHING,
        by_host: false,
        in_blocks: false,
    };
    // The bytes are the same for every data set.
    cache::answer(app, "", headers, representation, async { Ok(asset.bytes.clone()) }).await
}

/// `/docs`: the interactive reference.
pub(super) async fn docs(app: &App, headers: &HeaderMap) -> Result<Response, Failure> {
    let representation = Representation {
        identity: "/docs".to_owned(),
        content_type: "text/html; charset=utf-8",
        lang: None,
        vary: Vec::new(),
        keep: Keep::Shortly,
        csp: DOCS_CSP,
        by_host: false,
        in_blocks: false,
    };
    let page = async {
        let at = |name: &str| format!("{}/assets/{}/{name}", app.base, *HASH);
        Ok(format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>US-China climate timeline: API reference</title>
<link rel="icon" href="{}">
<link rel="stylesheet" href="{}">
</head>
<body>
<div id="reference" data-url="{}/openapi.json"></div>
<script src="{}"></script>
<script src="{}"></script>
</body>
</html>
"#,
            at("favicon-32x32.png"),
            at("swagger-ui.css"),
            app.base,
            at("swagger-ui-bundle.js"),
            at("docs.js"),
        )
        .into_bytes())
    };
    cache::answer(app, "", headers, representation, page).await
}

/// A page with a title and a body.
fn page(base: &str, title: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{base}/assets/{}/page.css">
</head>
<body>
<main>
<h1>{title}</h1>
{body}</main>
</body>
</html>
"#,
        *HASH
    )
}

/// The front page.
pub(super) fn home(app: &App, store: &Store) -> String {
    let catalogue = store.catalogue();
    let days = match (catalogue.first_day, catalogue.last_day) {
        (Some(first), Some(last)) => format!(" from {first} to {last}"),
        _ => String::new(),
    };
    let base = &app.base;
    let body = format!(
        r#"<p>The record of climate diplomacy between the United States and China{days}: calls, summits, visits,
envoys, pledges, joint statements and withdrawals, each with its sources, in English and Chinese.</p>
<ul>
<li><a href="{base}/v1/events">{} events</a></li>
<li><a href="{base}/v1/actors">{} actors</a></li>
<li><a href="{base}/v1/commitments">{} commitments</a></li>
<li><a href="{base}/docs">API reference</a>, <a href="{base}/openapi.json">OpenAPI document</a>,
<a href="{base}/v1/fields">data dictionary</a></li>
</ul>
<p>Try <a href="{base}/v1/events?actor=xie-zhenhua&amp;from=2021"><code>/v1/events?actor=xie-zhenhua&amp;from=2021</code></a>.</p>
<p>Data: CC BY 4.0. Version <code>{}</code>.</p>
"#,
        catalogue.events.len(),
        catalogue.actors.len(),
        catalogue.commitments.len(),
        catalogue.version,
    );
    page(base, "US-China climate timeline", &body)
}

/// What an error means. The texts are the program's own and hold no markup.
pub(super) fn problem(app: &App, code: &Code) -> String {
    let body = format!(
        "<p><code>{}</code>, status {}</p>\n<h2>What it means</h2>\n<p>{}</p>\n<h2>What to do</h2>\n<p>{}</p>\n",
        code.code, code.status, code.meaning, code.mend
    );
    page(&app.base, code.title, &body)
}
