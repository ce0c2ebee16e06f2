//! A static host as plain as any: files, their types, and 404.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

/// How long a visitor may keep a connection without asking for anything.
const IDLE: Duration = Duration::from_secs(30);

/// The folder with the built site: `$DAYBOOK_DIST`, or `dist/` of this repository.
pub fn dist() -> PathBuf {
    env::var_os("DAYBOOK_DIST").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"), PathBuf::from)
}

/// The longest body that is taken.
const LONGEST: u64 = 64 << 20;

/// What a visitor asks for.
#[derive(Debug)]
pub struct Asked {
    /// `GET` or `POST`.
    pub method: String,
    /// The path below the site's prefix, without `?` and `#`.
    pub path: String,
    /// What was sent along.
    pub body: Vec<u8>,
}

/// An answer that is no file of the folder.
#[derive(Debug)]
pub struct Answer {
    /// Such as `application/json`.
    pub mime_type: &'static str,
    /// The answer itself.
    pub body: Vec<u8>,
}

/// Answers what it knows; for the rest there are the files.
type Host = dyn Fn(&Asked) -> Option<Answer> + Send + Sync;

/// Serves a folder below a prefix such as `/` or `/a/b/`, until the [`Site`] is dropped.
///
/// Port 0 takes any that is free.
pub fn serve(dir: &Path, prefix: &str, port: u16) -> Result<Site> {
    host(dir, prefix, port, None)
}

/// Serves a folder at the root of a host that can also talk with its pages: `answers` is asked first.
pub fn serve_with(dir: &Path, answers: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static) -> Result<Site> {
    host(dir, "/", 0, Some(Arc::new(answers)))
}

fn host(dir: &Path, prefix: &str, port: u16, answers: Option<Arc<Host>>) -> Result<Site> {
    ensure!(prefix.starts_with('/') && prefix.ends_with('/'), "a prefix starts and ends with '/', not so {prefix:?}");
    ensure!(dir.join("index.html").is_file(), "there is no index.html in {}: build the site first", dir.display());
    let listener = TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port}"))?;
    let address = listener.local_addr()?;
    let is_closed = Arc::new(AtomicBool::new(false));
    let thread = thread::spawn({
        let (is_closed, dir, prefix) = (Arc::clone(&is_closed), dir.to_owned(), prefix.to_owned());
        move || {
            let visitors = listener.incoming().take_while(|_| !is_closed.load(Ordering::Relaxed));
            for visitor in visitors.flatten() {
                let (dir, prefix, answers) = (dir.clone(), prefix.clone(), answers.clone());
                // A thread for each, since a browser opens many connections and leaves some idle.
                // A visitor who goes away before the end is no concern of the host.
                thread::spawn(move || drop(attend(&visitor, &dir, &prefix, answers.as_deref())));
            }
        }
    });
    Ok(Site { url: format!("http://{address}{prefix}"), address, is_closed, thread: Some(thread) })
}

/// A folder that is being served.
pub struct Site {
    url: String,
    address: SocketAddr,
    is_closed: Arc<AtomicBool>,
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
        self.is_closed.store(true, Ordering::Relaxed);
        // The host waits for a visitor; this one makes it look up.
        if TcpStream::connect(self.address).is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

/// Answers one request after another, until the visitor has no more.
fn attend(visitor: &TcpStream, dir: &Path, prefix: &str, answers: Option<&Host>) -> io::Result<()> {
    visitor.set_read_timeout(Some(IDLE))?;
    visitor.set_nodelay(true)?;
    let mut reader = BufReader::new(visitor);
    while let Some(request) = line(&mut reader)? {
        let mut length = 0;
        while let Some(header) = line(&mut reader)?.filter(|header| !header.is_empty()) {
            // No other of the visitor's headers changes anything.
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(u64::MAX);
            }
        }
        let mut words = request.split(' ');
        let (method, url) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_taken = ["GET", "HEAD"].contains(&method) || method == "POST" && answers.is_some();
        if !is_taken || length > LONGEST {
            // What it sends along is not understood, so nothing after it would be.
            return respond(visitor, "405 Method Not Allowed", "text/plain", b"Only GET and HEAD", true);
        }
        let mut body = Vec::new();
        (&mut reader).take(length).read_to_end(&mut body)?;
        if let Some(answer) = answers.and_then(|answers| answers(&asked(method, url, prefix, body)?)) {
            respond(visitor, "200 OK", answer.mime_type, &answer.body, method != "HEAD")?;
            continue;
        }
        let file = file_for(url, dir, prefix).and_then(|path| Some((fs::read(&path).ok()?, mime_type(&path))));
        match file {
            Some((bytes, mime_type)) => respond(visitor, "200 OK", mime_type, &bytes, method != "HEAD")?,
            None => respond(visitor, "404 Not Found", "text/plain", b"Not found", method != "HEAD")?,
        }
    }
    Ok(())
}

/// The next line without its end; none when the visitor has gone.
fn line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let length = reader.read_line(&mut line)?;
    Ok((length > 0).then(|| line.trim_end().to_owned()))
}

fn asked(method: &str, url: &str, prefix: &str, body: Vec<u8>) -> Option<Asked> {
    let path = url.split(['?', '#']).next()?.strip_prefix(prefix)?;
    Some(Asked { method: method.to_owned(), path: path.to_owned(), body })
}

fn respond(mut visitor: &TcpStream, status: &str, mime_type: &str, body: &[u8], with_body: bool) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime_type}\r\nContent-Length: {length}\r\n\
        Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    );
    visitor.write_all(head.as_bytes())?;
    if with_body { visitor.write_all(body) } else { Ok(()) }
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
