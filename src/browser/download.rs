//! Texts out of the page and into it: files, and the clipboard.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

use crate::formats::Format;

/// Saves text of a media type as a file, as if a link to it had been clicked.
pub fn save(name: &str, text: &str, media_type: &str) -> Result<(), JsValue> {
    save_at(name, &address_of(&Array::of1(&text.into()), media_type)?)
}

/// A file that is written piece by piece. The browser keeps what is written, so that it does not fill the page's memory.
#[derive(Debug, Default)]
pub struct Draft {
    pieces: Array,
    text: String,
}

impl Draft {
    /// Writes on.
    pub fn add(&mut self, text: &str) -> Result<(), JsValue> {
        self.text.push_str(text);
        if self.text.len() >= PIECE as usize { self.keep() } else { Ok(()) }
    }

    /// Saves it under a name.
    pub fn save(mut self, name: &str, media_type: &str) -> Result<(), JsValue> {
        self.keep()?;
        save_at(name, &address_of(&self.pieces, media_type)?)
    }

    /// Hands over what is written.
    fn keep(&mut self) -> Result<(), JsValue> {
        let bytes = Uint8Array::from(self.text.as_bytes());
        let piece = Blob::new_with_u8_array_sequence(&Array::of1(&bytes))?;
        self.pieces.push(&piece);
        self.text.clear();
        Ok(())
    }
}

fn save_at(name: &str, address: &str) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no document")?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(address)
}

/// An address in this browser under which a log's text can be had, until it is revoked or the page is gone.
pub fn address(text: &str) -> Result<String, JsValue> {
    address_of(&Array::of1(&text.into()), Format::Ndjson.media_type())
}

/// The address of texts and pieces, one after the other.
fn address_of(parts: &Array, media_type: &str) -> Result<String, JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let blob = Blob::new_with_blob_sequence_and_options(parts, &kind)?;
    Url::create_object_url_with_blob(&blob)
}

/// Bytes of a piece: a page that reads or writes one after the other stays in motion.
const PIECE: u32 = 262_144;

/// A file that is read piece by piece.
#[derive(Debug)]
pub struct Pieces {
    file: Blob,
    read: f64,
}

impl Pieces {
    /// The pieces of a file that was chosen.
    pub fn of(file: File) -> Self {
        Self { file: file.into(), read: 0.0 }
    }

    /// The pieces of a text.
    pub fn of_text(text: &str) -> Result<Self, JsValue> {
        Ok(Self { file: Blob::new_with_str_sequence(&Array::of1(&text.into()))?, read: 0.0 })
    }

    /// Bytes that were read, and all there are.
    pub fn progress(&self) -> (f64, f64) {
        (self.read, self.file.size())
    }

    /// The next piece; `None`: that was all.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, JsValue> {
        if self.read >= self.file.size() {
            return Ok(None);
        }
        let end = (self.read + f64::from(PIECE)).min(self.file.size());
        let piece = self.file.slice_with_f64_and_f64(self.read, end)?;
        let bytes = JsFuture::from(piece.array_buffer()).await?;
        self.read = end;
        Ok(Some(Uint8Array::new(&bytes).to_vec()))
    }
}

/// Puts text on the clipboard. Some browsers don't let a page do that, and none where pages come without https.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let navigator = web_sys::window().ok_or("there is no window")?.navigator();
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    let written: Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
    JsFuture::from(written).await.map(drop)
}
