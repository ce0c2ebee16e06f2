//! Texts out of the page and into it: files, and the clipboard.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

use crate::formats::Format;

/// Saves text of a media type as a file, as if a link to it had been clicked.
pub fn save(name: &str, text: &str, media_type: &str) -> Result<(), JsValue> {
    let address = address_of(text, media_type)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no document")?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// An address in this browser under which a log's text can be had, until it is revoked or the page is gone.
pub fn address(text: &str) -> Result<String, JsValue> {
    address_of(text, Format::Ndjson.media_type())
}

fn address_of(text: &str, media_type: &str) -> Result<String, JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &kind)?;
    Url::create_object_url_with_blob(&blob)
}

/// The text of a file that was chosen.
pub async fn read(file: &File) -> Result<String, JsValue> {
    JsFuture::from(file.text()).await.map(|text| text.as_string().unwrap_or_default())
}

/// Puts text on the clipboard. Some browsers don't let a page do that, and none where pages come without https.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let navigator = web_sys::window().ok_or("there is no window")?.navigator();
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    let written: Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
    JsFuture::from(written).await.map(drop)
}
