//! A tab that follows: it reads what the leader writes, says so, and hands on what is wished for.

use super::words::{Body, Effect, Logs, Places};
use super::{Follower, MEMBER_PATIENCE, Peer, Role};

impl Peer {
    pub(super) fn catch_up(&mut self, logs: &mut impl Logs) {
        let Role::Follower(follower) = &mut self.role else { return };
        if let Some((nth, places)) = &follower.to_read
            && logs.read_to(places)
        {
            let seen = Body::Seen(*nth);
            follower.to_read = None;
            self.post(seen);
        }
        let Role::Follower(follower) = &mut self.role else { return };
        if let Some((places, at)) = &follower.to_show
            && (is_behind_or_level(places, &logs.places()) || logs.read_to(places))
        {
            logs.show(places);
            self.level_at = self.level_at.max(*at);
            follower.to_show = None;
        }
        if follower.to_show.is_none() {
            self.hand_out();
        }
    }

    fn hand_out(&mut self) {
        self.effects.extend(self.answers.drain(..).map(|(id, text)| Effect::Answer(id, text)));
    }

    pub(super) fn send_wishes(&mut self, again: bool) {
        let Role::Follower(Follower { leader: Some(leader), .. }) = self.role else { return };
        let mut to_send = Vec::new();
        for wish in &mut self.wishes {
            let is_due = match wish.sent {
                Some((to, at)) if to == leader => again && self.now.saturating_sub(at) > MEMBER_PATIENCE,
                Some(_) | None => true,
            };
            if is_due {
                wish.sent = Some((leader, self.now));
                to_send.push(Body::Wish(leader, wish.id, wish.text.clone()));
            }
        }
        for body in to_send {
            self.post(body);
        }
    }
}

impl Follower {
    pub(super) fn is_behind(&self) -> bool {
        self.to_read.is_some() || self.to_show.is_some()
    }
}

/// Whether a tab that stands at `own` has read what lies before `told` already.
fn is_behind_or_level(told: &Places, own: &Places) -> bool {
    told.iter().zip(own).all(|(told, own)| match (told, own) {
        (None, _) => true,
        (Some(told), Some(own)) => {
            told.log == own.log && told.generation == own.generation && (told.is_before(own) || told.is_level_with(own))
        }
        (Some(_), None) => false,
    })
}
