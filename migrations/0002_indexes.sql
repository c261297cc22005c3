-- Made after the rows are in, which is faster and packs tighter.
--
-- Each order that can be asked for has an index in each direction, since ties go by `n` ascending in both.

CREATE UNIQUE INDEX event_id ON event (id);
CREATE INDEX event_by_place ON event (first_place, last_place, n);
CREATE INDEX event_by_place_down ON event (first_place DESC, last_place DESC, n);
CREATE INDEX event_by_washington ON event (first_washington, last_washington, n);
CREATE INDEX event_by_washington_down ON event (first_washington DESC, last_washington DESC, n);
CREATE INDEX event_by_beijing ON event (first_beijing, last_beijing, n);
CREATE INDEX event_by_beijing_down ON event (first_beijing DESC, last_beijing DESC, n);
CREATE INDEX event_by_type ON event (type, n);
CREATE INDEX event_by_type_down ON event (type DESC, n);
CREATE INDEX event_by_updated ON event (updated, n);
CREATE INDEX event_by_updated_down ON event (updated DESC, n);
CREATE INDEX event_by_title_en ON event (title_en, n);
CREATE INDEX event_by_title_en_down ON event (title_en DESC, n);
CREATE INDEX event_by_title_zh ON event (title_zh, n);
CREATE INDEX event_by_title_zh_down ON event (title_zh DESC, n);

-- By event, to test one; by value and day, to walk one actor's, topic's or commitment's events in order of date.
CREATE INDEX event_actor_of_event ON event_actor (event, actor, side, role);
CREATE INDEX event_actor_by_day ON event_actor (actor, leading, first_place, last_place, event);
CREATE INDEX event_actor_by_day_down ON event_actor (actor, leading, first_place DESC, last_place DESC, event);
CREATE INDEX event_topic_of_event ON event_topic (event, topic);
CREATE INDEX event_topic_by_day ON event_topic (topic, leading, first_place, last_place, event);
CREATE INDEX event_topic_by_day_down ON event_topic (topic, leading, first_place DESC, last_place DESC, event);
CREATE INDEX event_commitment_of_event ON event_commitment (event, commitment);
CREATE INDEX event_commitment_by_day ON event_commitment (commitment, leading, first_place, last_place, event);
CREATE INDEX event_commitment_by_day_down ON event_commitment (commitment, leading, first_place DESC, last_place DESC, event);
CREATE INDEX event_related_of_event ON event_related (event, other, relation);

CREATE UNIQUE INDEX actor_id ON actor (id);
CREATE INDEX actor_by_name_en ON actor (name_en, n);
CREATE INDEX actor_by_name_zh ON actor (name_zh, n);
CREATE INDEX actor_post_of_actor ON actor_post (actor, organisation);
CREATE INDEX actor_post_by_organisation ON actor_post (organisation, actor);

CREATE UNIQUE INDEX commitment_id ON commitment (id);
CREATE INDEX commitment_by_made ON commitment (made, n);
CREATE INDEX commitment_state_of_commitment ON commitment_state (commitment, from_day);
CREATE INDEX commitment_topic_of_commitment ON commitment_topic (commitment, topic);
CREATE INDEX commitment_related_of_commitment ON commitment_related (commitment, other, relation);
