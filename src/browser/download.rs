//! Files out of the page and into it.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// Saves text as a file, as if a link to it had been clicked.
pub fn save(name: &str, text: &str) -> Result<(), JsValue> {
    let address = address(text)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no document")?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// An address in this browser under which the text can be had, until it is revoked or the page is gone.
pub fn address(text: &str) -> Result<String, JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/x-ndjson");
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &kind)?;
    Url::create_object_url_with_blob(&blob)
}

/// The text of a file that was chosen.
pub async fn read(file: &File) -> Result<String, JsValue> {
    JsFuture::from(file.text()).await.map(|text| text.as_string().unwrap_or_default())
}
