//! Serves the built site on this machine: `serve [FOLDER [PORT]]`.

use std::{env, path::PathBuf};

use anyhow::{Context, Result, bail};
use daybook_web_tests::{Site, dist, serve};

/// How many ports are tried after the one asked for.
const MORE_PORTS: u16 = 100;

fn main() -> Result<()> {
    let mut args = env::args().skip(1);
    let folder = args.next().map_or_else(dist, PathBuf::from);
    let port = args.next().map_or(Ok(8080), |port| port.parse()).context("the port is a number")?;

    let site = first_free(&folder, port)?;
    println!("Daybook is at {}", site.url());
    println!("Press Ctrl+C to stop.");
    site.forever();
    Ok(())
}

fn first_free(folder: &std::path::Path, port: u16) -> Result<Site> {
    let mut refusal = None;
    for port in port..=port.saturating_add(MORE_PORTS) {
        match serve(folder, "/", port) {
            Ok(site) => return Ok(site),
            Err(error) => refusal = Some(error),
        }
    }
    match refusal {
        Some(error) => Err(error),
        None => bail!("there is no port to try"),
    }
}
