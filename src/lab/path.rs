//! A place inside plain data, as a JSON pointer.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// Where in a value something stands: `/owner`, `/items/0/price`; the empty path is the whole value.
///
/// It is a JSON pointer (RFC 6901): `~1` stands for a slash in a name, `~0` for a tilde.
///
/// ```
/// use daybook::lab::path::Path;
/// use serde_json::json;
///
/// let path = Path::default().child("terms").child("per/year");
/// assert_eq!(path.to_string(), "/terms/per~1year");
/// assert_eq!(path.of(&json!({ "terms": { "per/year": 12 } })), Some(&json!(12)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(String);

impl Path {
    /// The place of this name, or of this number in a list, one step further in.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self(format!("{}/{}", self.0, name.replace('~', "~0").replace('/', "~1")))
    }

    /// The names on the way, from the outside in.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.0.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"))
    }

    /// What stands there; `None`: there is no such place.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.pointer(&self.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Expected a path such as /owner, found {found}.")]
pub struct BadPath {
    /// The text, shortened.
    pub found: String,
}

impl FromStr for Path {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        let is_escaped = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        if is_escaped && (text.is_empty() || text.starts_with('/')) {
            return Ok(Self(text.to_owned()));
        }
        Err(BadPath { found: crate::worlds::money::shown(text) })
    }
}
