//! How the bank opens: the story of the first page, and that of its lab.

use crate::opening::{Act, Find, Kind, Opening, Part, Place, Ready, Shows, Step, Story, Wish};

/// What a newcomer to the bank meets first.
pub const OPENING: Opening = Opening {
    title: "The bank",
    question: "Ada and Bob share one log. How much had each of them, and when?",
    tour: TOUR,
    story: STORY,
    picture: &[
        Place { kind: Kind::Command, label: "You ask", shows: Shows::Asked },
        Place { kind: Kind::Rule, label: "The rules answer", shows: Shows::Answer },
        Place { kind: Kind::Event, label: "The log grows", shows: Shows::Events },
        Place { kind: Kind::View, label: "Balances follow", shows: Shows::Figures },
    ],
    ready: &[
        ready("An account for Bob", wish("OpenAccount", &["Bob", "20.00"])),
        ready("Deposit 50", wish("Deposit", &["50.00"])),
        ready("Withdraw 30", wish("Withdraw", &["30.00"])),
        ready("Withdraw too much", wish("Withdraw", &["1000000.00"])),
    ],
    finds: &[
        Find { label: "Withdrawals over $100.00", condition: "kind = MoneyWithdrawn and amount > 10000" },
        Find { label: "When was a balance first above $1,000.00?", condition: "state.balance > 100000" },
        Find { label: "Was any balance ever below 0?", condition: "state.balance < 0" },
        Find { label: "Accounts opened or closed", condition: "kind = AccountOpened or kind = AccountClosed" },
    ],
};

/// One account, and what a row would have kept of it.
const TOUR: Story = Story {
    steps: &[
        Step {
            says: "Ada opens an account with 100. Two facts are written down.",
            look: Part::Recorded,
            act: Act::Ask(wish("OpenAccount", &["Ada", "100.00"])),
        },
        Step {
            says: "She pays in 50. One more entry, and the balance follows from it: 150.",
            look: Part::Follows,
            act: Act::Ask(wish("Deposit", &["50.00"])),
        },
        Step {
            says: "She asks for 500. The answer is no, and no entry is made.",
            look: Part::Ask,
            act: Act::AskInVain(wish("Withdraw", &["500.00"])),
        },
        Step {
            says: "She takes out 30. The balance is 120 now.",
            look: Part::Recorded,
            act: Act::Ask(wish("Withdraw", &["30.00"])),
        },
        Step {
            says: "Back in time: it was 150. The last entry is not erased, it has not happened yet.",
            look: Part::Follows,
            act: Act::Seek(3),
        },
        Step {
            says: "Most programs keep only this row. It has 120 and no past: the 150 was overwritten.",
            look: Part::Twin,
            act: Act::Look,
        },
    ],
    end: "That is the whole idea. Now it is your turn.",
};

/// Two accounts in one log.
const STORY: Story = Story {
    steps: &[
        Step {
            says: "Ada opens an account with 100.",
            look: Part::Recorded,
            act: Act::Ask(wish("OpenAccount", &["Ada", "100.00"])),
        },
        Step {
            says: "Bob opens one with 20. Both are written into the same log.",
            look: Part::Recorded,
            act: Act::Ask(wish("OpenAccount", &["Bob", "20.00"])),
        },
        Step {
            says: "Ada takes out 30. Only her balance changes.",
            look: Part::Follows,
            act: Act::Ask(wish_of("Withdraw", &["30.00"], 0)),
        },
        Step {
            says: "Bob pays in 30. The log doesn’t know that it was the same money: nobody wrote that down.",
            look: Part::Recorded,
            act: Act::Ask(wish_of("Deposit", &["30.00"], 1)),
        },
        Step {
            says: "Bob asks for 80. The rules look at his entries alone, and say no.",
            look: Part::Ask,
            act: Act::AskInVain(wish_of("Withdraw", &["80.00"], 1)),
        },
        Step { says: "Back to event 5: Ada had 70 already, and Bob still 20.", look: Part::Follows, act: Act::Seek(5) },
    ],
    end: "Every moment of both is in the log. Drag the slider and look.",
};

const fn wish(command: &'static str, typed: &'static [&'static str]) -> Wish {
    Wish { command, typed, subject: None }
}

const fn wish_of(command: &'static str, typed: &'static [&'static str], subject: usize) -> Wish {
    Wish { command, typed, subject: Some(subject) }
}

const fn ready(label: &'static str, wish: Wish) -> Ready {
    Ready { label, stand_ins: &[], wish }
}
