//! What a log says, as examples that keep it true.

use daybook::engine::spec::given;
use daybook::worlds::bank;

#[test]
fn open_account_at_0() {
    let before = [];
    let command = bank::Command::OpenAccount {
        account: uuid::uuid!("019b78c9-1250-75fa-a199-2097aa0e6203"),
        number: "5357-2099".into(),
        owner: "Ada".into(),
        opening_deposit: 10_000,
    };
    let after = [
        // account opened for Ada
        bank::Event::AccountOpened { owner: "Ada".into(), number: "5357-2099".into() },
        // deposited $100.00
        bank::Event::MoneyDeposited { amount: 10_000 },
    ];
    given(&bank::Bank::default(), before).when(&command).then(after).assert();
}

#[test]
fn deposit_at_2() {
    let before = [
        // account opened for Ada
        bank::Event::AccountOpened { owner: "Ada".into(), number: "5357-2099".into() },
        // deposited $100.00
        bank::Event::MoneyDeposited { amount: 10_000 },
    ];
    let command =
        bank::Command::Deposit { account: uuid::uuid!("019b78c9-1250-75fa-a199-2097aa0e6203"), amount: 5_000 };
    let after = [
        // deposited $50.00
        bank::Event::MoneyDeposited { amount: 5_000 },
    ];
    given(&bank::Bank::default(), before).when(&command).then(after).assert();
}

#[test]
fn withdraw_at_3() {
    let before = [
        // account opened for Ada
        bank::Event::AccountOpened { owner: "Ada".into(), number: "5357-2099".into() },
        // deposited $100.00
        bank::Event::MoneyDeposited { amount: 10_000 },
        // deposited $50.00
        bank::Event::MoneyDeposited { amount: 5_000 },
    ];
    let command =
        bank::Command::Withdraw { account: uuid::uuid!("019b78c9-1250-75fa-a199-2097aa0e6203"), amount: 3_000 };
    let after = [
        // withdrew $30.00
        bank::Event::MoneyWithdrawn { amount: 3_000 },
    ];
    given(&bank::Bank::default(), before).when(&command).then(after).assert();
}

#[test]
fn withdraw_at_4() {
    let before = [
        // account opened for Ada
        bank::Event::AccountOpened { owner: "Ada".into(), number: "5357-2099".into() },
        // deposited $100.00
        bank::Event::MoneyDeposited { amount: 10_000 },
        // deposited $50.00
        bank::Event::MoneyDeposited { amount: 5_000 },
        // withdrew $30.00
        bank::Event::MoneyWithdrawn { amount: 3_000 },
    ];
    let command =
        bank::Command::Withdraw { account: uuid::uuid!("019b78c9-1250-75fa-a199-2097aa0e6203"), amount: 12_000 };
    let after = [
        // withdrew $120.00
        bank::Event::MoneyWithdrawn { amount: 12_000 },
    ];
    given(&bank::Bank::default(), before).when(&command).then(after).assert();
}

#[test]
fn close_account_at_5() {
    let before = [
        // account opened for Ada
        bank::Event::AccountOpened { owner: "Ada".into(), number: "5357-2099".into() },
        // deposited $100.00
        bank::Event::MoneyDeposited { amount: 10_000 },
        // deposited $50.00
        bank::Event::MoneyDeposited { amount: 5_000 },
        // withdrew $30.00
        bank::Event::MoneyWithdrawn { amount: 3_000 },
        // withdrew $120.00
        bank::Event::MoneyWithdrawn { amount: 12_000 },
    ];
    let command = bank::Command::CloseAccount {
        account: uuid::uuid!("019b78c9-1250-75fa-a199-2097aa0e6203"),
        reason: Some("moved away".into()),
    };
    let after = [
        // account closed: moved away
        bank::Event::AccountClosed { reason: Some("moved away".into()) },
    ];
    given(&bank::Bank::default(), before).when(&command).then(after).assert();
}

#[test]
fn open_account_at_6() {
    let before = [];
    let command = bank::Command::OpenAccount {
        account: uuid::uuid!("019b78c9-3960-789f-baf9-90ab7e98512a"),
        number: "3849-2458".into(),
        owner: "Bob \"\\ \u{202e}*/\n}".into(),
        opening_deposit: 0,
    };
    let after = [
        // account opened for Bob "\ \u{202e}*/\n}
        bank::Event::AccountOpened { owner: "Bob \"\\ \u{202e}*/\n}".into(), number: "3849-2458".into() },
    ];
    given(&bank::Bank::default(), before).when(&command).then(after).assert();
}

#[test]
fn deposit_at_7() {
    let before = [
        // account opened for Bob "\ \u{202e}*/\n}
        bank::Event::AccountOpened { owner: "Bob \"\\ \u{202e}*/\n}".into(), number: "3849-2458".into() },
    ];
    let command =
        bank::Command::Deposit { account: uuid::uuid!("019b78c9-3960-789f-baf9-90ab7e98512a"), amount: 1_234_567 };
    let after = [
        // deposited $12,345.67
        bank::Event::MoneyDeposited { amount: 1_234_567 },
    ];
    given(&bank::Bank::default(), before).when(&command).then(after).assert();
}

#[test]
fn withdraw_at_100() {
    let before = [
        // account of Ada carried over with $70.00
        bank::Event::AccountCarriedOver {
            owner: "Ada".into(),
            number: "5357-2099".into(),
            balance: 7_000,
            closed: false,
        },
    ];
    let command =
        bank::Command::Withdraw { account: uuid::uuid!("019b78c9-1250-75fa-a199-2097aa0e6203"), amount: 12_000 };
    // Expected at most $70.00, which is all there is; found $120.00.
    let refusal = bank::Refusal::Overdraft { balance: 7000, amount: 12000 };
    given(&bank::Bank::default(), before).when(&command).then_refused(refusal).assert();
}

#[test]
fn close_account_at_101() {
    let before = [
        // account of Ada carried over with −$50.00
        bank::Event::AccountCarriedOver {
            owner: "Ada".into(),
            number: "5357-2099".into(),
            balance: -5_000,
            closed: false,
        },
    ];
    let command = bank::Command::CloseAccount {
        account: uuid::uuid!("019b78c9-1250-75fa-a199-2097aa0e6203"),
        reason: Some("moved away".into()),
    };
    // Expected an empty account, found −$50.00 on it. Withdraw that first.
    let refusal = bank::Refusal::NotEmpty(-5000);
    given(&bank::Bank::default(), before).when(&command).then_refused(refusal).assert();
}

#[test]
fn open_account_at_8() {
    let before = [];
    let command = bank::Command::OpenAccount {
        account: uuid::uuid!("00000000-0000-0000-0000-000000000007"),
        number: "0000-0007".into(),
        owner: "".into(),
        opening_deposit: 0,
    };
    // Expected the owner's name, found nothing.
    let refusal = bank::Refusal::OwnerLength(0);
    given(&bank::Bank::default(), before).when(&command).then_refused(refusal).assert();
}
