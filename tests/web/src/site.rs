//! A static host as plain as any: files, their types, and 404.

use std::{
    env,
    fs::File,
    path::{Component, Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
};

use anyhow::{Context, Result, anyhow, ensure};
use tiny_http::{Header, Request, Response, Server};

/// The folder with the built site: `$DAYBOOK_DIST`, or `dist/` of this repository.
pub fn dist() -> PathBuf {
    env::var_os("DAYBOOK_DIST").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"), PathBuf::from)
}

/// Serves a folder below a prefix such as `/` or `/a/b/`, until the [`Site`] is dropped.
///
/// Port 0 takes any that is free.
pub fn serve(dir: &Path, prefix: &str, port: u16) -> Result<Site> {
    ensure!(prefix.starts_with('/') && prefix.ends_with('/'), "a prefix starts and ends with '/', not so {prefix:?}");
    ensure!(dir.join("index.html").is_file(), "there is no index.html in {}: build the site first", dir.display());
    let server = Server::http(("127.0.0.1", port)).map_err(|error| anyhow!("port {port}: {error}"))?;
    let address = server.server_addr().to_ip().context("a site is served over IP")?;
    let server = Arc::new(server);
    let thread = std::thread::spawn({
        let (server, dir, prefix) = (Arc::clone(&server), dir.to_owned(), prefix.to_owned());
        move || {
            for request in server.incoming_requests() {
                // A visitor who goes away before the end is no concern of the host.
                let _ = answer(request, &dir, &prefix);
            }
        }
    });
    Ok(Site { url: format!("http://{address}{prefix}"), server, thread: Some(thread) })
}

/// A folder that is being served.
pub struct Site {
    url: String,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// The address of the site's first page, with a `/` at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the process is ended.
    pub fn forever(mut self) {
        if let Some(thread) = self.thread.take() {
            // The thread only ends early by a panic, which has been printed already.
            let _ = thread.join();
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(request: Request, dir: &Path, prefix: &str) -> std::io::Result<()> {
    let file = file_for(request.url(), dir, prefix).and_then(|path| Some((File::open(&path).ok()?, mime_type(&path))));
    match file {
        Some((file, mime_type)) => request.respond(
            Response::from_file(file)
                .with_header(header("Content-Type", mime_type))
                .with_header(header("Cache-Control", "no-cache"))
                .with_header(header("X-Content-Type-Options", "nosniff")),
        ),
        None => request.respond(Response::from_string("Not found").with_status_code(404)),
    }
}

/// The file an address means, unless it lies outside the folder.
fn file_for(url: &str, dir: &Path, prefix: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(prefix)?;
    let stays_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let file = if path.is_empty() || path.ends_with('/') { dir.join(path).join("index.html") } else { dir.join(path) };
    (stays_inside && file.is_file()).then_some(file)
}

fn mime_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("names and values of headers here are plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_leaves_the_folder() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert_eq!(file_for("/a/lib.rs?x=1", &dir, "/a/"), Some(dir.join("lib.rs")));
        for outside in ["/a/../Cargo.toml", "/a//etc/passwd", "/a/./../Cargo.toml", "/lib.rs", "/a/nothing", "/a/bin"] {
            assert_eq!(file_for(outside, &dir, "/a/"), None, "{outside}");
        }
    }
}
