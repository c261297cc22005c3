//! A news article of 20 March 2021 on the two countries' climate talks, held against the record: every fact in it, or
//! left out of it, is asked for as a reader would, and answered with its date and its sources.

use serde_json::Value;

use crate::support::{Client, each, one, strings};

/// A fact: what it is, what to ask, which record answers, and what must stand where in it (JSON pointers; a text
/// holds the words, anything else is equal to them).
struct Case {
    fact: &'static str,
    ask: &'static str,
    record: &'static str,
    told: &'static [(&'static str, &'static str)],
}

const CASES: &[Case] = &[
    Case {
        fact: "China's delegation says that a joint working group is agreed",
        ask: "/v1/events?contested=true&topic=climate-cooperation&from=2021-03-20&to=2021-03-20",
        record: "2021-03-20-china-announces-climate-working-group",
        told: &[("/date", "2021-03-20"), ("/summary", "Xinhua reported"), ("/contested", "true")],
    },
    Case {
        fact: "The State Department denies it a day later",
        ask: "/v1/events?actor=us-state-department&from=2021-03-21&to=2021-03-21",
        record: "2021-03-21-us-denies-climate-working-group",
        told: &[
            ("/date", "2021-03-21"),
            ("/summary", "no formal working group"),
            ("/related/1/id", "2021-03-20-china-announces-climate-working-group"),
            ("/related/1/relation", "responds-to"),
        ],
    },
    Case {
        fact: "The two sides met in Alaska",
        ask: "/v1/events?type=meeting&mode=in-person&country=US&from=2021-03&to=2021-03",
        record: "2021-03-18-anchorage-talks",
        told: &[
            ("/date", "2021-03-18/2021-03-19"),
            ("/local_dates/CN", "2021-03-19/2021-03-20"),
            ("/location/place", "Anchorage"),
            ("/level", "ministers"),
        ],
    },
    Case {
        fact: "Committed to closer cooperation: the Chinese delegation's words",
        ask: "/v1/events?commitment=joint-claimed-working-group-2021&to=2021-03",
        record: "2021-03-20-china-announces-climate-working-group",
        told: &[("/date", "2021-03-20"), ("/summary", "committed to stronger communication and cooperation")],
    },
    Case {
        fact: "What was claimed on that day was announced by China alone",
        ask: "/v1/commitments/joint-claimed-working-group-2021?as_of=2021-03-20",
        record: "joint-claimed-working-group-2021",
        told: &[
            ("/history/0/date", "2021-03-20"),
            ("/history/0/by", "CN"),
            ("/title", "denied by the US"),
            ("/status", "active"),
        ],
    },
    Case {
        fact: "Xi and Biden spoke by telephone; Xi named the duties of permanent members",
        ask: "/v1/events?type=call&mode=phone&actor.all=joe-biden,xi-jinping&from=2021-02&to=2021-02",
        record: "2021-02-10-biden-xi-call",
        told: &[
            ("/date", "2021-02-10"),
            ("/local_dates/CN", "2021-02-11"),
            ("/summary", "permanent members of the UN Security Council"),
        ],
    },
    Case {
        fact: "Biden agreed to avoid conflict and to cooperate: in China's readout only",
        ask: "/v1/events?type=call&actor=joe-biden&from=2021-02-10&to=2021-02-10&capital=washington",
        record: "2021-02-10-biden-xi-call",
        told: &[("/date", "2021-02-10"), ("/summary", "a sentence missing from the White House text")],
    },
    Case {
        fact: "Biden won the election",
        ask: "/v1/events?actor=joe-biden&role=appointee&year=2020",
        record: "2020-11-03-biden-elected",
        told: &[("/date", "2020-11-03/2020-11-07"), ("/summary", "projected Joe Biden as the winner")],
    },
    Case {
        fact: "That climate won it is opinion; on record is the plan of a candidate",
        ask: "/v1/events?actor=joe-biden&role=pledging-party&year=2020",
        record: "2020-07-14-biden-campaign-climate-plan",
        told: &[("/date", "2020-07-14"), ("/summary", "campaign promise"), ("/summary", "Paris Agreement")],
    },
    Case {
        fact: "The US left the Paris Agreement in November 2020",
        ask: "/v1/events?type=withdrawal&commitment=us-paris-agreement&year=2020",
        record: "2020-11-04-us-paris-exit-effective",
        told: &[("/date", "2020-11-04"), ("/summary", "notified the UN depositary on 4 November 2019")],
    },
    Case {
        fact: "Hours after the oath Biden signed what brings the US back",
        ask: "/v1/events?type=accession&actor=joe-biden&role=signatory&from=2021-01-20&to=2021-01-20",
        record: "2021-01-20-us-accepts-paris-agreement",
        told: &[("/date", "2021-01-20"), ("/summary", "not a numbered executive order")],
    },
    Case {
        fact: "The return took effect in February, which the article leaves out",
        ask: "/v1/events?type=accession&commitment=us-paris-agreement&from=2021-02&to=2021-02",
        record: "2021-02-19-us-rejoins-paris",
        told: &[("/date", "2021-02-19"), ("/summary", "again entered into force")],
    },
    Case {
        fact: "On the day of the article the US was in the agreement",
        ask: "/v1/commitments/us-paris-agreement?as_of=2021-03-20",
        record: "us-paris-agreement",
        told: &[("/status", "active"), ("/status_since", "2021-02-19"), ("/as_of", "2021-03-20")],
    },
    Case {
        fact: "Wang Yi welcomed the return",
        ask: "/v1/events?actor=wang-yi&type=statement&from=2021-03&to=2021-03",
        record: "2021-03-07-wang-yi-positive-climate-change",
        told: &[
            ("/date", "2021-03-07"),
            ("/summary", "welcomed the US return"),
            ("/summary", "shoulder its responsibility"),
            ("/related/0/relation", "responds-to"),
        ],
    },
    Case {
        fact: "The first response had come six weeks before",
        ask: "/v1/events?actor=hua-chunying&type=statement&topic=paris-agreement&from=2021-01&to=2021-02",
        record: "2021-01-21-china-welcomes-us-return",
        told: &[("/date", "2021-01-21"), ("/summary", "first official reaction")],
    },
    Case {
        fact: "Wang hoped for a good `climate change` in relations",
        ask: "/v1/events?actor=wang-yi&topic.all=bilateral-relations,paris-agreement&year=2021",
        record: "2021-03-07-wang-yi-positive-climate-change",
        told: &[("/date", "2021-03-07"), ("/summary", "a positive \"climate change\" in their relations")],
    },
    Case {
        fact: "Biden holds a virtual summit on Earth Day",
        ask: "/v1/events?type=summit&mode=video&actor=joe-biden&role=host&from=2021-04-22&to=2021-04-22",
        record: "2021-04-22-leaders-summit-on-climate",
        told: &[("/date", "2021-04-22/2021-04-23"), ("/level", "leaders"), ("/summary", "online climate summit")],
    },
    Case {
        fact: "Xi attended; a meeting of the two alone was not planned",
        ask: "/v1/events?actor=xi-jinping&type=statement&from=2021-04&to=2021-04",
        record: "2021-04-21-china-confirms-xi-attendance",
        told: &[("/date", "2021-04-21"), ("/summary", "no bilateral meeting")],
    },
    Case {
        fact: "On the Tuesday a US official spoke of working with China where that serves the US",
        ask: "/v1/events?actor=us-state-department&from=2021-03-16&to=2021-03-16",
        record: "2021-03-16-us-officials-preview-anchorage",
        told: &[
            ("/date", "2021-03-16"),
            ("/summary", "Tuesday"),
            ("/summary", "in the US interest"),
            ("/confidence_note", "Voice of America"),
        ],
    },
    Case {
        fact: "China's emissions are to peak before 2030",
        ask: "/v1/commitments?party=CN&kind=emissions-peak&status=active&as_of=2021-03-20",
        record: "cn-carbon-peak-before-2030",
        told: &[
            ("/title", "before 2030"),
            ("/target/target_year", "2030"),
            ("/history/0/date", "2020-09-22"),
            ("/history/0/change", "announced"),
        ],
    },
    Case {
        fact: "China is to be carbon neutral before 2060",
        ask: "/v1/commitments?party=CN&kind=net-zero&as_of=2021-03-20",
        record: "cn-carbon-neutral-2060",
        told: &[("/title", "before 2060"), ("/history/0/date", "2020-09-22"), ("/target/target_year", "2060")],
    },
    Case {
        fact: "The US aims at net zero by 2050 at the latest",
        ask: "/v1/commitments?party=US&kind=net-zero&as_of=2021-03-20",
        record: "us-net-zero-2050",
        told: &[
            ("/title", "by 2050 at the latest"),
            ("/status", "active"),
            ("/history/0/date", "2021-01-27"),
            ("/history/0/change", "announced"),
            ("/history/0/note", "campaign promise of 14 July 2020"),
            ("/summary", "never set in law"),
        ],
    },
    Case {
        fact: "Last month the environment ministry confirmed Xie as envoy",
        ask: "/v1/events?type=appointment&actor=cn-mee&role=appointer&from=2021-02&to=2021-02",
        record: "2021-02-25-china-confirms-xie-appointment",
        told: &[
            ("/date", "2021-02-25"),
            ("/summary", "Special Envoy for Climate Change"),
            ("/related/0/id", "2021-02-02-xie-return-disclosed"),
        ],
    },
    Case {
        fact: "It was known three weeks before",
        ask: "/v1/events?type=appointment&actor=xie-zhenhua&to=2021-02-24",
        record: "2021-02-02-xie-return-disclosed",
        told: &[("/date", "2021-02-02"), ("/summary", "At 71")],
    },
    Case {
        fact: "Xie was born in November 1949",
        ask: "/v1/actors?side=CN&role=special+envoy&as_of=2021-03-20",
        record: "xie-zhenhua",
        told: &[("/born", "1949-11")],
    },
    Case {
        fact: "Xie led China's delegation from 2007 to 2018",
        ask: "/v1/events?type=appointment&actor=xie-zhenhua&from=2021-02-25&to=2021-02-25",
        record: "2021-02-25-china-confirms-xie-appointment",
        told: &[("/date", "2021-02-25"), ("/summary", "headed China's delegation in climate talks from 2007 to 2018")],
    },
    Case {
        fact: "When he left the earlier post is told in different ways",
        ask: "/v1/actors/xie-zhenhua",
        record: "xie-zhenhua",
        told: &[
            ("/roles/3/title", "Special Representative for Climate Change Affairs"),
            ("/roles/3/from", "2015-04"),
            ("/roles/3/to", "2019"),
            ("/roles/3/note", "2018, 2019 or early 2020"),
        ],
    },
    Case {
        fact: "Kerry was secretary of state in the Paris years; Xie's counterpart was Stern",
        ask: "/v1/actors/john-kerry?as_of=2015-12-12",
        record: "john-kerry",
        told: &[
            ("/posts/0/title", "Secretary of State"),
            ("/posts/0/from", "2013-02-01"),
            ("/posts/0/to", "2017-01-20"),
        ],
    },
    Case {
        fact: "Kerry was named envoy",
        ask: "/v1/events?type=appointment&actor=john-kerry&role=appointee&year=2020",
        record: "2020-11-23-kerry-named-climate-envoy",
        told: &[("/date", "2020-11-23"), ("/summary", "20 January 2021")],
    },
    Case {
        fact: "And on the day of the article he is",
        ask: "/v1/actors/john-kerry?as_of=2021-03-20",
        record: "john-kerry",
        told: &[("/posts/0/title", "Special Presidential Envoy for Climate"), ("/posts/0/from", "2021-01-20")],
    },
    Case {
        fact: "Kerry praised Xie, whom he has known for some 20 years",
        ask: "/v1/events?type=interview&actor=john-kerry&from=2021-02&to=2021-03-20",
        record: "2021-02-04-kerry-reuters-interview",
        told: &[
            ("/date", "2021-02-04"),
            ("/summary", "a leader and as a capable advocate"),
            ("/summary", "about 20 years"),
            ("/summary", "had not spoken"),
            ("/confidence", "single-source"),
        ],
    },
    Case {
        fact: "In February the two envoys were in direct contact",
        ask: "/v1/events?actor.all=xie-zhenhua,john-kerry&type=statement&from=2021-02&to=2021-02",
        record: "2021-02-26-china-says-envoys-in-contact",
        told: &[
            ("/date", "2021-02-26"),
            ("/summary", "had established contact"),
            ("/confidence_note", "single digest"),
        ],
    },
    Case {
        fact: "Xie told Bloomberg that contact below the federal level never broke off",
        ask: "/v1/events?type=interview&actor=xie-zhenhua&from=2020-10&to=2020-10",
        record: "2020-10-xie-bloomberg-interview",
        told: &[
            ("/date", "2020-10"),
            ("/precision", "month"),
            ("/summary", "US state governments, universities and companies"),
        ],
    },
    Case {
        fact: "The ministry called the appointment a sign of its wish for exchange with all sides",
        ask: "/v1/events?actor=liu-youbin&role=speaker&from=2021-02-25&to=2021-02-25",
        record: "2021-02-25-china-confirms-xie-appointment",
        told: &[("/date", "2021-02-25"), ("/summary", "exchanges and cooperation with all parties")],
    },
];

/// The record with this id in an answer: one of a list, or the one there is.
fn record<'a>(answer: &'a Value, id: &str) -> &'a Value {
    let data = &answer["data"];
    if data.is_array() { one(data, "id", id) } else { data }
}

#[tokio::test]
async fn every_fact_of_the_article_is_answered_with_its_date_and_sources() {
    let client = Client::new().await;
    for case in CASES {
        let answer = client.ok(case.ask).await;
        let record = record(&answer, case.record);
        assert_eq!(record["id"], case.record, "{}", case.fact);
        for (pointer, words) in case.told {
            let found = record.pointer(pointer).unwrap_or_else(|| panic!("{}: no {pointer}: {record}", case.fact));
            match found {
                // What is longer than a name is prose, in which the words stand somewhere.
                Value::String(text) if words.len() < text.len() => {
                    assert!(text.contains(words), "{}: {pointer}: `{words}` is not in `{text}`", case.fact);
                }
                Value::String(text) => assert_eq!(text, words, "{}: {pointer}", case.fact),
                other => assert_eq!(other.to_string(), *words, "{}: {pointer}", case.fact),
            }
        }
        let sources = each(&record["sources"], "url");
        assert!(!sources.is_empty() && sources.iter().all(|url| url.starts_with("http")), "{}", case.fact);
    }
}

#[tokio::test]
async fn every_fact_of_the_article_is_told_in_chinese_as_well() {
    let client = Client::new().await;
    for case in CASES {
        let joint = if case.ask.contains('?') { '&' } else { '?' };
        let answer = client.ok(&format!("{}{joint}lang=zh", case.ask)).await;
        let record = record(&answer, case.record);
        let text = record.get("title").or_else(|| record.get("name")).and_then(Value::as_str).unwrap();
        assert!(text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}: {text}", case.fact);
    }
}

#[tokio::test]
async fn where_the_sides_differ_both_accounts_stand_with_their_sources() {
    let client = Client::new().await;
    for (ask, id, accounts) in [
        (
            "/v1/events?contested=true&from=2021-03-20&to=2021-03-20",
            "2021-03-20-china-announces-climate-working-group",
            [("CN", "joint working group"), ("US", "no formal working group")],
        ),
        (
            "/v1/events?contested=true&from=2021-03-21&to=2021-03-21",
            "2021-03-21-us-denies-climate-working-group",
            [("CN", "working group"), ("US", "no formal working group")],
        ),
        (
            "/v1/events?contested=true&type=meeting&from=2021-03&to=2021-03",
            "2021-03-18-anchorage-talks",
            [("CN", "working group"), ("US", "not formed a formal working group")],
        ),
        (
            "/v1/events?type=call&actor.all=joe-biden,xi-jinping&from=2021-02&to=2021-02",
            "2021-02-10-biden-xi-call",
            [("CN", "Biden agrees on the need to avoid conflict"), ("US", "shared challenges")],
        ),
    ] {
        let answer = client.ok(ask).await;
        let event = record(&answer, id);
        for (side, says) in accounts {
            let account = one(&event["accounts"], "side", side);
            assert!(account["says"].as_str().unwrap().contains(says), "{id} {side}: {account}");
            let sources = each(&event["sources"], "url");
            assert!(sources.contains(&account["url"].as_str().unwrap()), "{id} {side}: {account}");
        }
    }
}

/// The years between a date of birth, to the month, and a day: the least and the most that they can be.
fn ages(born: &str, day: &str) -> (i32, i32) {
    let number = |text: &str, range: std::ops::Range<usize>| text.get(range).unwrap().parse::<i32>().unwrap();
    let months = |text: &str| number(text, 0..4) * 12 + number(text, 5..7) - 1;
    let between = months(day) - months(born);
    // Born on the first of the month, the month is over; born on the last, it is not.
    ((between - 1) / 12, between / 12)
}

#[tokio::test]
async fn xie_was_71_on_the_day_of_the_article() {
    let client = Client::new().await;
    let xie = client.ok("/v1/actors/xie-zhenhua?as_of=2021-03-20").await;
    assert_eq!(ages(xie["data"]["born"].as_str().unwrap(), "2021-03-20"), (71, 71));
}

#[tokio::test]
async fn on_the_day_of_the_article_each_held_the_post_that_it_names() {
    let client = Client::new().await;
    for (id, title) in [
        ("xie-zhenhua", "Special Envoy for Climate Change"),
        ("john-kerry", "Special Presidential Envoy for Climate"),
        ("joe-biden", "President of the United States"),
    ] {
        let actor = client.ok(&format!("/v1/actors/{id}?as_of=2021-03-20")).await;
        assert!(each(&actor["data"]["posts"], "title").contains(&title), "{id}: {}", actor["data"]["posts"]);
    }
    let before = client.ok("/v1/actors/xie-zhenhua?as_of=2021-01-31").await;
    assert!(!each(&before["data"]["posts"], "title").contains(&"Special Envoy for Climate Change"));
    let envoys = client.ok("/v1/actors?role=envoy&as_of=2021-03-20&kind=person").await;
    let ids = each(&envoys["data"], "id");
    assert!(ids.contains(&"john-kerry") && ids.contains(&"xie-zhenhua"), "{ids:?}");
}

#[tokio::test]
async fn the_reader_of_the_claim_is_led_to_the_denial_and_to_what_came_of_it() {
    let client = Client::new().await;
    let claim = client.ok("/v1/events/2021-03-20-china-announces-climate-working-group").await;
    let answered = one(&claim["data"]["related"], "relation", "answered-by");
    assert_eq!(answered["id"], "2021-03-21-us-denies-climate-working-group");
    let claimed = client.ok("/v1/commitments/joint-claimed-working-group-2021?as_of=2021-11-10").await;
    assert_eq!(claimed["data"]["status"], "superseded");
    assert_eq!(claimed["data"]["status_since"], "2021-11-10");
    let topics = client.ok("/v1/events/2021-11-10-glasgow-joint-declaration").await;
    assert!(strings(&topics["data"]["topics"]).contains(&"climate-cooperation"), "{}", topics["data"]["topics"]);
}
