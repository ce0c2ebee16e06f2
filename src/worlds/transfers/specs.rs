//! What an account, a transfer and both of them do, as given / when / then.

use daybook_engine::spec::given;
use daybook_engine::{Decider as _, fold};
use uuid::Uuid;

use super::account::{self, Account, Accounts};
use super::mailbox::{Sum, Wish};
use super::transfer::{self, Order, Status, Steps, Transfer};
use super::{AccountId, Command, Event, Refusal, State, TransferId, Transfers};
use crate::money::MOST;

const ADA: AccountId = AccountId(Uuid::from_u128(1));
const BOB: AccountId = AccountId(Uuid::from_u128(2));
const TRANSFER: TransferId = TransferId(Uuid::from_u128(3));
const OTHER: TransferId = TransferId(Uuid::from_u128(4));

/// Specs of an account.
mod an_account {
    use super::account::{Command, Event, Refusal};
    use super::*;

    const RIGHT: Accounts = Accounts { overdraft: false, repeat: false };

    fn create(number: &str) -> Command {
        Command::CreateAccount { account: ADA, number: number.into() }
    }

    fn deposit(amount: i64, transfer: Option<TransferId>) -> Command {
        Command::Deposit { account: ADA, amount, transfer, refund: false }
    }

    fn withdraw(amount: i64, transfer: Option<TransferId>) -> Command {
        Command::Withdraw { account: ADA, amount, transfer }
    }

    fn created() -> Event {
        Event::AccountCreated { number: "Ada".into() }
    }

    fn deposited(amount: i64, transfer: Option<TransferId>) -> Event {
        Event::Deposited { amount, transfer, refund: false }
    }

    fn withdrawn(amount: i64, transfer: Option<TransferId>) -> Event {
        Event::Withdrawn { amount, transfer }
    }

    #[test]
    fn is_created_once() {
        given(&RIGHT, []).when(&create(" Ada ")).then([created()]).assert();
        given(&RIGHT, [created()]).when(&create("Ada")).then_refused(Refusal::AlreadyCreated).assert();
    }

    #[test]
    fn has_a_number_of_some_length() {
        given(&RIGHT, []).when(&create(" \t")).then_refused(Refusal::NumberLength(0)).assert();
        given(&RIGHT, []).when(&create(&"ä".repeat(201))).then_refused(Refusal::NumberLength(201)).assert();
        let longest = Event::AccountCreated { number: "ä".repeat(200).into() };
        given(&RIGHT, []).when(&create(&"ä".repeat(200))).then([longest]).assert();
    }

    #[test]
    fn is_there_before_money_is() {
        for transfer in [None, Some(TRANSFER)] {
            given(&RIGHT, []).when(&deposit(1, transfer)).then_refused(Refusal::Missing).assert();
            given(&RIGHT, []).when(&withdraw(1, transfer)).then_refused(Refusal::Missing).assert();
        }
    }

    #[test]
    fn takes_money_and_gives_it() {
        given(&RIGHT, [created()]).when(&deposit(5, None)).then([deposited(5, None)]).assert();
        given(&RIGHT, [created(), deposited(5, None)]).when(&withdraw(5, None)).then([withdrawn(5, None)]).assert();
    }

    #[test]
    fn gives_no_more_than_there_is() {
        let overdraft = Refusal::Overdraft { balance: 5, amount: 6 };
        given(&RIGHT, [created(), deposited(5, None)]).when(&withdraw(6, None)).then_refused(overdraft).assert();
    }

    #[test]
    fn gives_what_is_not_there_as_in_the_source() {
        let source = Accounts { overdraft: true, ..RIGHT };
        given(&source, [created()]).when(&withdraw(10_000, None)).then([withdrawn(10_000, None)]).assert();
        assert_eq!(fold(&source, &[created(), withdrawn(10_000, None)]).balance(), -10_000);
        given(&source, [created(), withdrawn(MOST, None)])
            .when(&withdraw(1, None))
            .then_refused(Refusal::TooMuch)
            .assert();
    }

    #[test]
    fn moves_more_than_nothing_and_stays_a_number_that_everyone_can_read() {
        for amount in [0, -1, -MOST, i64::MIN] {
            given(&RIGHT, [created()]).when(&deposit(amount, None)).then_refused(Refusal::NotPositive(amount)).assert();
            given(&RIGHT, [created()])
                .when(&withdraw(amount, None))
                .then_refused(Refusal::NotPositive(amount))
                .assert();
        }
        given(&RIGHT, [created(), deposited(MOST, None)])
            .when(&deposit(1, None))
            .then_refused(Refusal::TooMuch)
            .assert();
        given(&RIGHT, [created()]).when(&deposit(i64::MAX, None)).then_refused(Refusal::TooMuch).assert();
    }

    #[test]
    fn does_nothing_twice_for_the_same_transfer() {
        let before = [created(), deposited(100, None), withdrawn(40, Some(TRANSFER))];
        given(&RIGHT, before.clone()).when(&withdraw(40, Some(TRANSFER))).then([]).assert();
        given(&RIGHT, before.clone()).when(&withdraw(40, Some(OTHER))).then([withdrawn(40, Some(OTHER))]).assert();
        given(&RIGHT, before.clone()).when(&withdraw(40, None)).then([withdrawn(40, None)]).assert();
        let arrived = [created(), deposited(40, Some(TRANSFER))];
        given(&RIGHT, arrived).when(&deposit(40, Some(TRANSFER))).then([]).assert();

        let source = Accounts { repeat: true, ..RIGHT };
        given(&source, before).when(&withdraw(40, Some(TRANSFER))).then([withdrawn(40, Some(TRANSFER))]).assert();
    }

    #[test]
    fn that_nobody_created_still_counts_what_happened() {
        let account = fold(&RIGHT, &[deposited(5, None), created(), withdrawn(7, None)]);
        assert_eq!(account.balance(), -2);
        assert!(matches!(account, Account::Created(page) if &*page.number == "Ada"));
    }
}

/// Specs of a transfer.
mod a_transfer {
    use super::transfer::{Command, Event, Refusal};
    use super::*;

    const RIGHT: Steps = Steps { repeat: false };
    const ORDER: Order = Order { from: ADA, to: BOB, amount: 40 };

    fn initiate(order: Order) -> Command {
        Command::InitiateTransfer { transfer: TRANSFER, order }
    }

    fn fail(refund: bool) -> Command {
        Command::FailTransfer { transfer: TRANSFER, reason: "no".into(), refund }
    }

    fn failed(refund: bool) -> Event {
        Event::TransferFailed { reason: "no".into(), refund }
    }

    const OUT: Command = Command::RecordWithdrawal { transfer: TRANSFER };
    const ARRIVED: Command = Command::RecordDeposit { transfer: TRANSFER };
    const BACK: Command = Command::RecordRefund { transfer: TRANSFER };
    const INITIATED: Event = Event::TransferInitiated(ORDER);
    const WITHDRAWN: Event = Event::TransferWithdrawn {};
    const FINISHED: Event = Event::TransferFinished {};
    const REFUNDED: Event = Event::TransferRefunded {};

    #[test]
    fn is_initiated_whatever_the_accounts_say() {
        given(&RIGHT, []).when(&initiate(ORDER)).then([INITIATED]).assert();
    }

    #[test]
    fn is_initiated_once_and_under_its_own_id() {
        given(&RIGHT, [INITIATED]).when(&initiate(ORDER)).then([]).assert();
        given(&RIGHT, [INITIATED, WITHDRAWN, FINISHED]).when(&initiate(ORDER)).then([]).assert();
        for other in [Order { amount: 41, ..ORDER }, Order { to: AccountId::default(), ..ORDER }] {
            given(&RIGHT, [INITIATED]).when(&initiate(other)).then_refused(Refusal::OtherContent).assert();
        }
    }

    #[test]
    fn is_of_more_than_nothing_and_to_somebody_else() {
        let of = |amount| initiate(Order { amount, ..ORDER });
        for amount in [0, -1, i64::MIN] {
            given(&RIGHT, []).when(&of(amount)).then_refused(Refusal::NotPositive(amount)).assert();
        }
        given(&RIGHT, []).when(&of(MOST + 1)).then_refused(Refusal::TooMuch(MOST + 1)).assert();
        given(&RIGHT, []).when(&initiate(Order { to: ADA, ..ORDER })).then_refused(Refusal::ToOneself).assert();
    }

    #[test]
    fn goes_from_initial_to_withdrawn_to_finished() {
        given(&RIGHT, [INITIATED]).when(&OUT).then([WITHDRAWN]).assert();
        given(&RIGHT, [INITIATED, WITHDRAWN]).when(&ARRIVED).then([FINISHED]).assert();
    }

    #[test]
    fn fails_without_a_refund_before_money_moved_and_with_one_after() {
        given(&RIGHT, [INITIATED]).when(&fail(false)).then([failed(false)]).assert();
        given(&RIGHT, [INITIATED, WITHDRAWN]).when(&fail(true)).then([failed(true)]).assert();
        given(&RIGHT, [INITIATED, WITHDRAWN, failed(true)]).when(&BACK).then([REFUNDED]).assert();
    }

    #[test]
    fn that_failed_gives_back_what_leaves_all_the_same() {
        given(&RIGHT, [INITIATED, failed(false)]).when(&OUT).then([failed(true)]).assert();
        given(&RIGHT, [INITIATED, failed(false), failed(true)]).when(&OUT).then([]).assert();
        given(&RIGHT, [INITIATED, failed(false), failed(true)]).when(&BACK).then([REFUNDED]).assert();
    }

    #[test]
    fn that_hears_the_same_again_has_nothing_to_add() {
        for (before, again) in [
            (vec![INITIATED, WITHDRAWN], OUT),
            (vec![INITIATED, WITHDRAWN, FINISHED], OUT),
            (vec![INITIATED, WITHDRAWN, FINISHED], ARRIVED),
            (vec![INITIATED, failed(false)], fail(false)),
            (vec![INITIATED, WITHDRAWN, failed(true)], fail(true)),
            (vec![INITIATED, WITHDRAWN, failed(true)], OUT),
            (vec![INITIATED, WITHDRAWN, failed(true), REFUNDED], BACK),
        ] {
            given(&RIGHT, before.clone()).when(&again).then([]).assert();
            let source = Steps { repeat: true };
            let noted = source.decide(&again, &fold(&source, &before)).expect("the source notes it again");
            assert_eq!(noted.len(), 1, "{again:?}");
        }
    }

    #[test]
    fn takes_no_step_out_of_turn() {
        let no = |before: &[Event], command: Command, status: Status| {
            given(&RIGHT, before.to_vec()).when(&command).then_refused(Refusal::OutOfTurn(status)).assert();
        };
        let gone = |refund| Status::Failed { reason: "no".into(), refund };
        no(&[INITIATED], ARRIVED, Status::Initial);
        no(&[INITIATED], BACK, Status::Initial);
        no(&[INITIATED], fail(true), Status::Initial);
        no(&[INITIATED, WITHDRAWN], fail(false), Status::Withdrawn);
        no(&[INITIATED, WITHDRAWN], BACK, Status::Withdrawn);
        no(&[INITIATED, WITHDRAWN, FINISHED], fail(true), Status::Finished);
        no(&[INITIATED, failed(false)], BACK, gone(false));
        no(&[INITIATED, WITHDRAWN, failed(true)], ARRIVED, gone(true));
    }

    #[test]
    fn that_nobody_asked_for_goes_nowhere() {
        for command in [OUT, ARRIVED, BACK, fail(true)] {
            given(&RIGHT, []).when(&command).then_refused(Refusal::Unknown).assert();
        }
        assert_eq!(fold(&RIGHT, &[WITHDRAWN, FINISHED]), Transfer::Unknown);
    }
}

/// Specs of both in one log.
mod both {
    use super::*;

    const RIGHT: Transfers = Transfers { overdraft: false, failure: false, repeat: false, names: false };

    fn deposited() -> Event {
        Event::Account(account::Event::Deposited { amount: 5, transfer: None, refund: false })
    }

    fn initiated() -> Event {
        Event::Transfer(transfer::Event::TransferInitiated(Order { from: ADA, to: BOB, amount: 40 }))
    }

    fn wish() -> Event {
        Event::Mailbox(Wish::Withdraw(Sum { account: ADA, amount: 5, transfer: TRANSFER }))
    }

    #[test]
    fn each_command_goes_to_the_one_it_is_for() {
        let create = Command::Account(account::Command::CreateAccount { account: ADA, number: "Ada".into() });
        let created = Event::Account(account::Event::AccountCreated { number: "Ada".into() });
        given(&RIGHT, []).when(&create).then([created]).assert();
        let record = Command::Transfer(transfer::Command::RecordWithdrawal { transfer: TRANSFER });
        given(&RIGHT, [initiated()])
            .when(&record)
            .then([Event::Transfer(transfer::Event::TransferWithdrawn {})])
            .assert();
        given(&RIGHT, []).when(&record).then_refused(Refusal::Transfer(transfer::Refusal::Unknown)).assert();
    }

    #[test]
    fn a_wish_adds_up_to_nothing_and_is_answered_by_nobody() {
        assert_eq!(fold(&RIGHT, &[wish(), wish()]), State::Mailbox);
        let deposit =
            Command::Account(account::Command::Deposit { account: ADA, amount: 1, transfer: None, refund: false });
        given(&RIGHT, [wish()]).when(&deposit).then_refused(Refusal::Account(account::Refusal::Missing)).assert();
    }

    #[test]
    fn money_counts_in_whatever_stream_it_is_written() {
        let nonsense = [initiated(), deposited(), wish(), initiated(), deposited()];
        assert_eq!(fold(&RIGHT, &nonsense).into_account().balance(), 10);
        assert_eq!(fold(&RIGHT, &[initiated(), wish()]).into_transfer(), fold(&RIGHT, &[initiated()]).into_transfer());
    }

    #[test]
    fn what_happened_happened_whatever_is_switched_on() {
        let all_on = Transfers { overdraft: true, failure: true, repeat: true, names: true };
        let nonsense = [deposited(), initiated(), wish(), deposited()];
        assert_eq!(fold(&all_on, &nonsense), fold(&RIGHT, &nonsense));
    }
}
