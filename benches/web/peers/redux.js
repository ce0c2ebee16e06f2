// Redux with the store enhancer of its DevTools, which keeps every action and can skip one: the time machine that most
// programmers know. Built for production, with the default middleware of Redux Toolkit.

import { ActionCreators, instrument } from "@redux-devtools/instrument";
import { configureStore, createReducer } from "@reduxjs/toolkit";
import { NO_COUNTS } from "../plain.js";

const EMPTY = { accounts: {}, total: 0, counts: NO_COUNTS };

// As Redux's documentation recommends it: changes are written down, and Immer copies what they touch.
export const byToolkit = createReducer(EMPTY, (builder) =>
  builder
    .addCase("AccountOpened", (view, { stream, data }) => {
      view.accounts[stream] = { owner: data.owner, number: data.number, balance: 0 };
      view.counts.AccountOpened += 1;
    })
    .addCase("MoneyDeposited", (view, { stream, data }) => {
      view.accounts[stream].balance += data.amount;
      view.total += data.amount;
      view.counts.MoneyDeposited += 1;
    })
    .addCase("MoneyWithdrawn", (view, { stream, data }) => {
      view.accounts[stream].balance -= data.amount;
      view.total -= data.amount;
      view.counts.MoneyWithdrawn += 1;
    }),
);

// The same with the copies written by hand, which is quicker and seldom done.
export function byHand(view = EMPTY, { type, stream, data }) {
  const counts = () => ({ ...view.counts, [type]: view.counts[type] + 1 });
  const moved = (amount) => {
    const account = view.accounts[stream];
    const accounts = { ...view.accounts, [stream]: { ...account, balance: account.balance + amount } };
    return { accounts, total: view.total + amount, counts: counts() };
  };
  switch (type) {
    case "AccountOpened": {
      const opened = { owner: data.owner, number: data.number, balance: 0 };
      return { accounts: { ...view.accounts, [stream]: opened }, total: view.total, counts: counts() };
    }
    case "MoneyDeposited":
      return moved(data.amount);
    case "MoneyWithdrawn":
      return moved(-data.amount);
    default:
      return view;
  }
}

export const actions = (given) => given.map(({ stream, event: { type, data } }) => ({ type, stream, data }));

const open = (reducer) =>
  configureStore({ reducer, devTools: false, enhancers: (defaults) => defaults().concat(instrument()) });

// One after the other. Each copies the list of all before it, so that many take very long.
export function dispatch(reducer, actions) {
  const store = open(reducer);
  for (const action of actions) store.dispatch(action);
  return store;
}

// All at once, as DevTools imports a file: the same store in the end.
export function load(reducer, actions) {
  const store = open(reducer);
  store.liftedStore.dispatch(ActionCreators.importState(actions));
  return store;
}

// Leaves an action out, or takes it in again; every state after it is computed anew. The first action is Redux's own.
export const toggle = (store, nth) => store.liftedStore.dispatch(ActionCreators.toggleAction(nth + 1));

export function figures(store) {
  const { accounts, total, counts } = store.getState();
  return [...Object.values(accounts).map(({ balance }) => balance), total, ...Object.values(counts)];
}
