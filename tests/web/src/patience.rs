//! Looking again until it is there, for a while.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use fantoccini::error::CmdError;

/// How long anything is looked for before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks: short for a person, long enough to leave the browser its processor.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Asks again and again until the condition holds, and fails with `what` when [`PATIENCE`] ends first.
///
/// ```no_run
/// # async fn example(browser: daybook_web_tests::Browser) -> anyhow::Result<()> {
/// use daybook_web_tests::wait_until;
///
/// wait_until("the entry is stored", async || Ok(browser.stored("daybook").await?.is_some())).await?;
/// # Ok(())
/// # }
/// ```
pub async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    match look_for(async || Ok(condition().await?.then_some(()))).await? {
        Some(()) => Ok(()),
        None => bail!("waited {PATIENCE:?} in vain until {what}"),
    }
}

/// Looks again and again until something is found, or gives `None` when [`PATIENCE`] ends.
pub(crate) async fn look_for<T>(mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<Option<T>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(Some(found)) => return Ok(Some(found)),
            Ok(None) => {}
            Err(error) if moved_away(&error) => {}
            Err(error) => return Err(error),
        }
        if Instant::now() > deadline {
            return Ok(None);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// Whether the page was drawn anew between finding an element and using it.
fn moved_away(error: &anyhow::Error) -> bool {
    error.downcast_ref::<CmdError>().is_some_and(|error| {
        error.is_stale_element_reference() || error.is_no_such_element() || error.is_element_not_interactable()
    })
}
