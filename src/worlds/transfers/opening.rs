//! How this lab opens: first by hand, where nobody remembers what was promised, and then by a transfer.

use super::process::{ACCOUNTS, TRANSFERS};
use crate::opening::{Act, Find, Kind, Opening, Part, Place, Ready, Shows, Step, Story, Wish};

/// What a newcomer to transfers meets first.
pub const OPENING: Opening = Opening {
    title: "Transfers",
    question: "Why has the money left Ada and not reached Bob?",
    tour: TOUR,
    story: STORY,
    picture: &[
        Place { kind: Kind::Command, label: "You ask", shows: Shows::Asked },
        Place { kind: Kind::System, label: "Transfers: what comes next", shows: Shows::Reader(TRANSFERS) },
        Place { kind: Kind::Command, label: "Accounts: their messages", shows: Shows::Reader(ACCOUNTS) },
        Place { kind: Kind::View, label: "Balances follow", shows: Shows::Figures },
    ],
    ready: &[
        ready("An account for Carol", wish("CreateAccount", &["Carol"], None)),
        ready("#0 deposits 100", wish("Deposit", &["100.00"], Some(0))),
        ready("#0 transfers 40 to #1", wish("InitiateTransfer", &["#1", "40.00"], Some(0))),
        ready("#1 transfers too much", wish("InitiateTransfer", &["#0", "1000000.00"], Some(1))),
    ],
    finds: &[
        Find { label: "Transfers that failed", condition: "kind = TransferFailed" },
        Find { label: "When was money under way?", condition: "state.status = withdrawn" },
        Find { label: "Was any balance ever below 0?", condition: "state.balance < 0" },
        Find { label: "Wishes among the facts", condition: "kind = Withdraw or kind = Deposit" },
    ],
};

/// A transfer by hand: two entries, and nothing that holds them together.
const TOUR: Story = Story {
    steps: &[
        Step {
            says: "Ada gets an account, a stream of its own.",
            look: Part::Recorded,
            act: Act::Ask(wish("CreateAccount", &["Ada"], None)),
        },
        Step {
            says: "Bob gets one, too. No rule ever sees both of them at once.",
            look: Part::Recorded,
            act: Act::Ask(wish("CreateAccount", &["Bob"], None)),
        },
        Step { says: "Ada pays in 100.", look: Part::Follows, act: Act::Ask(wish("Deposit", &["100.00"], Some(0))) },
        Step {
            says: "40 of it shall be Bob’s. By hand that is a withdrawal here …",
            look: Part::Recorded,
            act: Act::Ask(wish("Withdraw", &["40.00"], Some(0))),
        },
        Step {
            says: "… and a deposit there. It is the second entry, and it may come late, or never.",
            look: Part::Recorded,
            act: Act::Ask(wish("Deposit", &["40.00"], Some(1))),
        },
        Step {
            says: "Bob can’t give back 50. He has 40, and only his own entries are looked at.",
            look: Part::Ask,
            act: Act::AskInVain(wish("Withdraw", &["50.00"], Some(1))),
        },
        Step {
            says: "Back to event 4: the money has left Ada and not reached Bob. Nobody knows where it belongs.",
            look: Part::Recorded,
            act: Act::Seek(4),
        },
    ],
    end: "So somebody has to remember what was promised. That is what a transfer is for.",
};

/// A transfer as an entry of its own.
const STORY: Story = Story {
    steps: &[
        Step {
            says: "Ada gets an account.",
            look: Part::Recorded,
            act: Act::Ask(wish("CreateAccount", &["Ada"], None)),
        },
        Step { says: "Bob gets one, too.", look: Part::Recorded, act: Act::Ask(wish("CreateAccount", &["Bob"], None)) },
        Step { says: "Ada pays in 100.", look: Part::Follows, act: Act::Ask(wish("Deposit", &["100.00"], Some(0))) },
        Step {
            says: "From here on the two readers of this log wait to be told.",
            look: Part::Recorded,
            act: Act::Pause,
        },
        Step {
            says: "She asks for a transfer to Bob. This entry moves no money: it remembers what was promised.",
            look: Part::Recorded,
            act: Act::Ask(wish("InitiateTransfer", &["#1", "40.00"], Some(0))),
        },
        Step {
            says: "The process reads it, and sends a message to Ada’s account: a wish, no fact.",
            look: Part::Recorded,
            act: Act::Step(TRANSFERS),
        },
        Step {
            says: "Her account grants it. The money has left her, and the transfer does not know yet.",
            look: Part::Recorded,
            act: Act::Step(ACCOUNTS),
        },
        Step { says: "Now it knows: withdrawn. Bob has nothing yet.", look: Part::Recorded, act: Act::Step(TRANSFERS) },
        Step { says: "A message goes to Bob’s mailbox …", look: Part::Recorded, act: Act::Step(TRANSFERS) },
        Step { says: "… and his account grants it, too.", look: Part::Follows, act: Act::Step(ACCOUNTS) },
        Step { says: "The last message: the transfer is finished.", look: Part::Recorded, act: Act::Step(TRANSFERS) },
        Step {
            says: "To herself she can’t transfer anything: that is seen at once, in the transfer itself.",
            look: Part::Ask,
            act: Act::AskInVain(wish("InitiateTransfer", &["#0", "40.00"], Some(0))),
        },
        Step {
            says: "Whether there is enough, only her account can say. Back to event 3: it had 100.",
            look: Part::Follows,
            act: Act::Seek(3),
        },
    ],
    end: "Between the two entries lies time. The log shows every moment of it, and the transfer says what is to come.",
};

const fn wish(command: &'static str, typed: &'static [&'static str], subject: Option<usize>) -> Wish {
    Wish { command, typed, subject }
}

const fn ready(label: &'static str, wish: Wish) -> Ready {
    Ready { label, stand_ins: &["Ada", "Bob"], wish }
}
