//! The names of keys, made and read.

use crate::engine::LogId;
use crate::engine::journal::Epoch;

/// The layout of keys and values.
const LAYOUT: u32 = 2;

/// What a key of one world stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// Which log is the recorded one.
    Begun {
        /// How often it was begun anew before.
        generation: u64,
        epoch: Epoch,
    },
    /// One commit.
    Commit { log: LogId, nth: u64, epoch: Epoch },
    /// The commits `from..to`, packed. The epoch is that of the last of them.
    Sealed { log: LogId, from: u64, to: u64, epoch: Epoch },
}

/// What every key of a world begins with.
pub fn prefix(world: &str) -> String {
    format!("daybook/{LAYOUT}/{world}/")
}

/// The key of what lies beside a log of a world. It is no part of the journal.
pub fn beside_key(world: &str, log: LogId) -> String {
    format!("{}beside/{log}", prefix(world))
}

/// The world beside whose log lies what has this key, if anything like that has it.
pub fn beside_world(key: &str) -> Option<&str> {
    let (world, log) = key.strip_prefix(&format!("daybook/{LAYOUT}/"))?.split_once("/beside/")?;
    log.parse::<LogId>().is_ok().then_some(world)
}

impl Name {
    /// The key in this world.
    pub fn key(self, world: &str) -> String {
        self.under(&prefix(world))
    }

    fn under(self, prefix: &str) -> String {
        match self {
            Self::Begun { generation, epoch } => format!("{prefix}log/{generation}.{epoch}"),
            Self::Commit { log, nth, epoch } => format!("{prefix}{log}/{nth}.{epoch}"),
            Self::Sealed { log, from, to, epoch } => format!("{prefix}{log}/sealed/{from}-{to}.{epoch}"),
        }
    }

    /// What a key stands for, `prefix` being that of its world; `None`: it is not ours. One name has one spelling.
    pub fn read(prefix: &str, key: &str) -> Option<Self> {
        let (place, last) = key.strip_prefix(prefix)?.rsplit_once('/')?;
        let (numbers, epoch) = last.split_once('.')?;
        let epoch = epoch.parse().ok()?;
        let name = match place.strip_suffix("/sealed") {
            None if place == "log" => Self::Begun { generation: numbers.parse().ok()?, epoch },
            None => Self::Commit { log: place.parse().ok()?, nth: numbers.parse().ok()?, epoch },
            Some(log) => {
                let (from, to) = numbers.split_once('-')?;
                Self::Sealed { log: log.parse().ok()?, from: from.parse().ok()?, to: to.parse().ok()?, epoch }
            }
        };
        (name.under(prefix) == key).then_some(name)
    }

    /// The log it belongs to, if it is a part of one.
    pub fn log(self) -> Option<LogId> {
        match self {
            Self::Begun { .. } => None,
            Self::Commit { log, .. } | Self::Sealed { log, .. } => Some(log),
        }
    }

    /// In which epoch it was written.
    pub fn epoch(self) -> Epoch {
        match self {
            Self::Begun { epoch, .. } | Self::Commit { epoch, .. } | Self::Sealed { epoch, .. } => epoch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_as_it_was_made() {
        let (log, epoch) = (LogId(uuid::Uuid::from_u128(7)), Epoch { counter: 3, tab: 0xc0_ffee });
        let names = [
            Name::Begun { generation: 2, epoch },
            Name::Commit { log, nth: 41, epoch },
            Name::Sealed { log, from: 0, to: 41, epoch },
        ];
        for name in names {
            assert_eq!(Name::read(&prefix("bank"), &name.key("bank")), Some(name));
            assert_eq!(Name::read(&prefix("bank"), &name.key("bankrupt")), None);
        }
        for other in ["daybook/2/bank/head", "daybook/2/bank/log/1", "daybook/2/bank/x/1.3~00c0ffee", "daybook/2/bank/"]
        {
            assert_eq!(Name::read(&prefix("bank"), other), None, "{other}");
        }
    }

    #[test]
    fn a_name_in_another_spelling_is_not_ours() {
        let (log, epoch) = (LogId(uuid::Uuid::from_u128(7)), Epoch { counter: 3, tab: 0xc0_ffee });
        let (id, prefix) = (log.to_string(), prefix("bank"));
        let others = [
            format!("{prefix}log/02.{epoch}"),
            format!("{prefix}log/+2.{epoch}"),
            format!("{prefix}{id}/007.{epoch}"),
            format!("{prefix}{id}/+7.{epoch}"),
            format!("{prefix}{}/7.{epoch}", id.replace('-', "")),
            format!("{prefix}{id}/sealed/0-041.{epoch}"),
        ];
        for other in others {
            assert_eq!(Name::read(&prefix, &other), None, "{other}");
        }
        let ours = format!("{prefix}{id}/7.{epoch}");
        assert_eq!(Name::read(&prefix, &ours), Some(Name::Commit { log, nth: 7, epoch }));
    }

    #[test]
    fn what_lies_beside_a_log_is_no_name_of_the_journal() {
        let log = LogId(uuid::Uuid::from_u128(7));
        let key = beside_key("bank", log);
        assert_eq!(key, format!("daybook/2/bank/beside/{log}"));
        assert_eq!(Name::read(&prefix("bank"), &key), None);
        assert_eq!(beside_world(&key), Some("bank"));
        let commit = Name::Commit { log, nth: 0, epoch: Epoch::default() };
        for other in ["daybook/2/bank/beside/x", "daybook/1/bank/beside/", "beside/", &commit.key("bank")] {
            assert_eq!(beside_world(other), None, "{other}");
        }
    }
}
