//! Full text over the real record: what each query must find and must not, argued from what the records say, and
//! written before the code that finds it.

use axum::http::StatusCode;
use climate_timeline::domain::vocab::ActorKind;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{Client, each};

/// A query, the ids that it must find, those that it must not, and why.
struct Row(&'static str, &'static str, &'static [&'static str], &'static [&'static str], &'static str);

const EVENTS: &str = "events";
const ACTORS: &str = "actors";
const COMMITMENTS: &str = "commitments";

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // Chinese: found from two characters on, wherever in a run of characters they stand.
    Row(EVENTS, "气候", &["2021-04-14-kerry-shanghai-visit", "2013-04-13-kerry-beijing-joint-statement"], &["1985-07-23-nuclear-cooperation-agreement", "2009-09-electric-vehicle-forum"], "climate talks; nuclear energy and cars without a word of climate"),
    Row(EVENTS, "中国", &["2007-06-04-china-national-climate-programme", "2023-11-07-china-methane-plan"], &["1997-10-29-clinton-jiang-summit", "2008-12-15-browner-named"], "titles that begin with it; texts that speak of 中美 and 美国 alone"),
    Row(EVENTS, "承诺", &["2014-11-15-us-gcf-pledge", "2010-01-28-copenhagen-pledges-filed"], &["2023-02-03-blinken-trip-postponed"], "pledges in the title; a balloon"),
    Row(EVENTS, "解振华", &["2021-04-14-kerry-shanghai-visit", "2018-09-12-global-climate-action-summit"], &["2021-09-02-yang-jiechi-kerry-video", "2009-09-electric-vehicle-forum"], "he is named, or takes part; another host in the same week"),
    Row(EVENTS, "甲烷", &["2023-11-07-china-methane-plan", "2021-11-02-global-methane-pledge-launch", "2024-11-12-cop29-methane-summit"], &["2021-11-02-glasgow-forest-declaration"], "methane in the title; forests on the same day"),
    Row(EVENTS, "气候变化", &["2021-02-25-china-confirms-xie-appointment"], &["2009-09-electric-vehicle-forum"], "four characters in a row"),
    Row(EVENTS, "候变", &["2021-02-25-china-confirms-xie-appointment"], &["2009-09-electric-vehicle-forum"], "any two characters in a row, in the middle of 气候变化 too"),
    Row(EVENTS, "变气", &[], &["2021-02-25-china-confirms-xie-appointment", "2021-03-07-wang-yi-positive-climate-change"], "both characters are there, not in this order"),
    Row(EVENTS, "气候 煤炭", &["2021-04-22-leaders-summit-on-climate"], &["2021-04-14-kerry-shanghai-visit"], "words are and-ed: the Shanghai visit says nothing of coal in Chinese"),
    Row(EVENTS, "阳光之乡", &["2013-06-08-sunnylands-hfc", "2023-11-14-sunnylands-statement"], &["2021-11-10-glasgow-joint-declaration"], "a place in Chinese"),
    Row(EVENTS, "逃学", &["2021-04-16-china-truant-remark"], &["2021-04-14-kerry-shanghai-visit"], "the remark on the truant"),
    Row(EVENTS, "绿洲", &["2021-09-01-wang-yi-kerry-oasis"], &["2021-09-02-han-zheng-kerry-video"], "the oasis in the desert"),
    Row(EVENTS, "巴黎协定", &["2015-12-12-paris-agreement-adopted", "2021-02-19-us-rejoins-paris"], &["1997-12-11-kyoto-protocol-adopted"], "inside 《》"),
    Row(EVENTS, "《巴黎协定》", &["2015-12-12-paris-agreement-adopted", "2021-02-19-us-rejoins-paris"], &["1997-12-11-kyoto-protocol-adopted"], "marks round a word are no part of it"),
    Row(EVENTS, "约翰·克里", &["2020-11-23-kerry-named-climate-envoy", "2021-04-14-kerry-shanghai-visit"], &["2009-06-07-stern-beijing"], "a foreign name with its dot"),
    Row(EVENTS, "约翰克里", &["2020-11-23-kerry-named-climate-envoy", "2021-04-14-kerry-shanghai-visit"], &["2009-06-07-stern-beijing"], "and typed without it"),
    Row(EVENTS, "“全球甲烷承诺”", &["2021-11-02-global-methane-pledge-launch"], &["2023-11-14-sunnylands-statement"], "Chinese quotation marks make a phrase: Sunnylands speaks of methane and of promises apart"),
    Row(EVENTS, "\"工作组\"", &["2021-03-20-china-announces-climate-working-group"], &["2021-09-09-biden-xi-call"], "a Chinese phrase"),
    Row(EVENTS, "COP26 气候", &["2021-05-06-petersberg-dialogue-12"], &["2009-09-electric-vehicle-forum"], "both scripts in one query"),
    Row(EVENTS, "COP26前夕", &["2021-10-26-kerry-xie-london"], &["2021-11-13-glasgow-climate-pact"], "both scripts in one word, side by side as in the title"),
    Row(EVENTS, "2030年", &["2021-04-22-us-ndc-submission", "2015-06-30-china-indc"], &["1997-12-11-kyoto-protocol-adopted"], "a number and its one character"),
    Row(EVENTS, "年", &[], &["2021-04-22-us-ndc-submission", "1979-01-01-diplomatic-relations"], "a single character finds nothing"),
    Row(EVENTS, "煤", &[], &["2021-09-21-xi-no-new-coal-abroad"], "a single character finds nothing"),
    Row(EVENTS, "气候 煤", &[], &["2021-04-22-leaders-summit-on-climate"], "and nothing together with others: it is not passed over"),
    Row(ACTORS, "特使", &["john-kerry", "xie-zhenhua", "liu-zhenmin", "todd-stern"], &["yang-jiechi", "joe-biden"], "envoys by the titles of their posts"),
    Row(ACTORS, "波德斯塔", &["john-podesta"], &["john-kerry"], "a name in the other language"),
    Row(ACTORS, "主席", &["xi-jinping", "hu-jintao"], &["antony-blinken"], "chairmen and the president"),
    Row(ACTORS, "生态环境部", &["cn-mee"], &["us-epa"], "a ministry by its name"),
    Row(ACTORS, "卢拉", &["luiz-inacio-lula-da-silva"], &["xi-jinping"], "a short Chinese name"),
    Row(COMMITMENTS, "碳中和", &["cn-carbon-neutral-2060"], &["us-net-zero-2050", "us-emissions-42-2030"], "China's word for it; the US one is 净零"),
    Row(COMMITMENTS, "净零", &["us-net-zero-2050"], &["cn-carbon-neutral-2060", "cn-70-billion-trees"], "and the other way round"),
    Row(COMMITMENTS, "氢氟碳化物", &["us-kigali-hfc-85-2036", "cn-kigali-hfc-freeze-2024", "joint-hfc-phasedown-2013"], &["us-net-zero-2050"], "HFCs in Chinese"),
    Row(COMMITMENTS, "解振华", &["cn-70-billion-trees", "joint-climate-envoys-channel"], &["us-net-zero-2050"], "he is named in the summary"),

    // English: stems.
    Row(EVENTS, "negotiate", &["2007-09-04-yu-qingtai-appointed", "2005-11-28-cop11-montreal"], &["1979-01-01-diplomatic-relations"], "negotiations and negotiator share the stem"),
    Row(EVENTS, "negotiations", &["2007-09-04-yu-qingtai-appointed"], &["1979-01-01-diplomatic-relations"], "as does the plural"),
    Row(EVENTS, "pledge", &["2010-01-28-copenhagen-pledges-filed", "2014-11-15-us-gcf-pledge", "2021-09-21-xi-no-new-coal-abroad"], &["2023-02-03-blinken-trip-postponed"], "pledges, a pledge, Xi pledges"),
    Row(EVENTS, "pledges", &["2014-11-15-us-gcf-pledge", "2023-11-30-us-loss-damage-pledge"], &["2023-02-03-blinken-trip-postponed"], "`pledge` is found by its plural"),
    Row(EVENTS, "tariff", &["2024-05-14-us-tariffs-clean-tech", "2024-09-13-ustr-final-tariffs"], &["2024-05-08-working-group-washington"], "tariffs"),
    Row(EVENTS, "subsidy", &["2016-09-05-fossil-subsidy-peer-reviews"], &["2016-09-03-hangzhou-paris-deposit"], "subsidies; the day before in the same city"),
    Row(EVENTS, "working group", &["1997-03-us-china-environment-forum", "2024-01-12-working-group-launch"], &["2021-04-16-china-truant-remark"], "without quotation marks stems do: working groups"),
    Row(COMMITMENTS, "emission", &["us-emissions-17-2020", "cn-ndc-2035-7-10"], &["cn-70-billion-trees", "cn-green-dispatch"], "emissions"),
    Row(COMMITMENTS, "tree", &["cn-70-billion-trees"], &["cn-forest-cover-24-1-2025"], "trees, not forests"),
    Row(ACTORS, "negotiation", &["yu-qingtai", "harlan-watson"], &["joe-biden"], "the posts of negotiators"),

    // English: phrases, which are not stemmed.
    Row(EVENTS, "\"working group\"", &["2024-01-12-working-group-launch", "2013-04-13-kerry-beijing-joint-statement", "2021-03-21-us-denies-climate-working-group"], &["1997-03-us-china-environment-forum", "1998-06-29-nuclear-technology-agreement"], "these two speak of working groups alone"),
    Row(COMMITMENTS, "\"working group\"", &["joint-claimed-working-group-2021", "joint-working-group-2020s"], &["joint-environment-development-forum-1997", "us-net-zero-2050"], "likewise"),
    Row(EVENTS, "\"group working\"", &[], &["2024-01-12-working-group-launch"], "the order counts"),
    Row(EVENTS, "\"new coal\"", &["2021-09-21-xi-no-new-coal-abroad", "2021-10-30-g20-rome-coal-finance"], &["2021-11-13-glasgow-climate-pact"], "a dispute over coal in a new pact is not new coal"),
    Row(EVENTS, "\"negotiate\"", &[], &["2007-09-04-yu-qingtai-appointed", "2005-11-28-cop11-montreal"], "one word in quotation marks is not stemmed"),
    Row(EVENTS, "\"climate oasis\"", &["2021-09-01-wang-yi-kerry-oasis"], &["2021-09-02-han-zheng-kerry-video"], "the title sets the oasis in quotation marks, which are no part of a word"),
    Row(EVENTS, "\"big mistake\"", &["2021-11-02-biden-says-xi-big-mistake"], &["2021-11-01-cop26-leaders-biden-xi"], "the words that were quoted"),
    Row(EVENTS, "\"Clinton Jiang\"", &[], &["1997-10-29-clinton-jiang-summit"], "a phrase does not run from one name into the next"),
    Row(EVENTS, "\"paris agreement\" withdrawal", &["2019-11-04-us-paris-notice", "2025-01-20-trump-paris-order"], &["2015-12-12-paris-agreement-adopted"], "a phrase and a word"),

    // Prefixes, which are not stemmed either.
    Row(EVENTS, "metha*", &["2023-11-07-china-methane-plan", "2021-09-17-major-economies-forum"], &["2021-11-02-glasgow-forest-declaration", "1979-01-01-diplomatic-relations"], "methane"),
    Row(COMMITMENTS, "emission*", &["us-emissions-17-2020", "joint-mid-century-strategies-2016"], &["cn-70-billion-trees", "cn-kigali-hfc-freeze-2024"], "emission and emissions"),
    Row(EVENTS, "negotiati*", &["2007-09-04-yu-qingtai-appointed", "2023-11-04-sunnylands-talks"], &["2005-11-28-cop11-montreal"], "negotiations, but no negotiator"),
    Row(EVENTS, "sunny*", &["2013-06-08-sunnylands-hfc", "2023-11-04-sunnylands-talks"], &["2021-04-14-kerry-shanghai-visit"], "Sunnylands"),
    Row(EVENTS, "overcap*", &["2024-04-04-yellen-china"], &["2024-05-14-us-tariffs-clean-tech"], "overcapacity"),
    Row(EVENTS, "pledged*", &["2021-04-17-shanghai-joint-statement"], &["2010-01-28-copenhagen-pledges-filed", "2014-11-15-us-gcf-pledge"], "no stem: `pledges` does not begin so"),
    Row(ACTORS, "pod*", &["john-podesta"], &["john-kerry"], "a name begun"),
    Row(EVENTS, "COP2*", &["2021-11-13-glasgow-climate-pact", "2023-12-13-uae-consensus"], &["2025-11-10-cop30-without-us"], "COP26 and COP28, not COP30"),

    // Exclusion.
    Row(EVENTS, "methane -summit", &["2023-11-07-china-methane-plan"], &["2024-11-12-cop29-methane-summit", "2023-12-02-cop28-methane-summit"], "without the summits"),
    Row(EVENTS, "kerry xie -\"working group\"", &["2021-08-31-kerry-tianjin-visit"], &["2013-04-13-kerry-beijing-joint-statement", "2024-01-12-working-group-launch"], "a phrase left out"),
    Row(EVENTS, "sunnylands -metha*", &["2013-06-08-sunnylands-hfc"], &["2023-11-14-sunnylands-statement", "2023-12-02-cop28-methane-summit"], "a prefix left out"),
    Row(EVENTS, "气候 -中国", &["2008-12-15-browner-named"], &["2023-11-07-china-methane-plan"], "Chinese left out"),
    Row(COMMITMENTS, "-climate -emissions -carbon", &["cn-70-billion-trees"], &["us-net-zero-2050", "us-green-climate-fund"], "exclusion alone finds all else"),
    Row(EVENTS, "negotiations -negotiator", &[], &["2007-09-04-yu-qingtai-appointed"], "what is left out is stemmed as well"),

    // One word, many spellings.
    Row(COMMITMENTS, "CO2", &["cn-carbon-peak-before-2030", "us-clean-power-plan-32-2030", "joint-methane-summits"], &["us-methane-35-2035"], "CO2, and non-CO2 gases"),
    Row(COMMITMENTS, "CO₂", &["cn-carbon-peak-before-2030", "us-clean-power-plan-32-2030", "joint-methane-summits"], &["us-methane-35-2035"], "CO₂ equals CO2"),
    Row(COMMITMENTS, "ｃｏ２", &["cn-carbon-peak-before-2030", "us-clean-power-plan-32-2030"], &["us-methane-35-2035"], "full-width forms, as Chinese keyboards type them"),
    Row(EVENTS, "U.S.-China", &["1998-11-02-oil-gas-industry-forum", "2015-09-25-obama-xi-joint-statement", "2024-01-12-working-group-launch"], &["2021-01-20-us-accepts-paris-agreement", "1996-07-08-cop2-geneva"], "US-China and U.S.-China are one; the US and China far apart are not"),
    Row(EVENTS, "US-China", &["1998-11-02-oil-gas-industry-forum", "2015-09-25-obama-xi-joint-statement"], &["2021-01-20-us-accepts-paris-agreement"], "and no `-China` is left out"),
    Row(EVENTS, "US–China", &["1998-11-02-oil-gas-industry-forum", "2015-09-25-obama-xi-joint-statement"], &["2021-01-20-us-accepts-paris-agreement"], "with the printers' dash"),
    Row(EVENTS, "washington dc", &["2016-03-31-obama-xi-joint-statement", "2021-01-27-executive-order-14008"], &["2016-04-22-paris-signing"], "`DC` and `D.C.`, as places have them"),
    Row(EVENTS, "Washington, D.C.", &["2016-03-31-obama-xi-joint-statement", "2021-01-27-executive-order-14008"], &["2016-04-22-paris-signing"], "either way"),
    Row(ACTORS, "Pena", &["federico-pena"], &["john-kerry"], "Peña without the tilde"),
    Row(ACTORS, "Peña", &["federico-pena"], &["john-kerry"], "and with it"),
    Row(ACTORS, "canete inacio", &[], &["miguel-arias-canete", "luiz-inacio-lula-da-silva"], "nobody has both names"),
    Row(ACTORS, "INÁCIO", &["luiz-inacio-lula-da-silva"], &["miguel-arias-canete"], "letter case and accents aside"),
    Row(ACTORS, "Perez", &[], &["rick-perry", "federico-pena"], "nobody is called so, and no like name will do"),
    Row(ACTORS, "Pérez", &[], &["rick-perry", "federico-pena"], "with the accent neither"),
    Row(EVENTS, "turkiye", &["2026-11-09-cop31-antalya"], &["2025-11-10-cop30-without-us"], "Türkiye"),
    Row(EVENTS, "belem", &["2025-11-10-cop30-without-us"], &["2026-11-09-cop31-antalya"], "Belém"),
    Row(EVENTS, "ANCHORAGE", &["2021-03-18-anchorage-talks"], &["2021-02-10-biden-xi-call"], "capitals"),
    Row(EVENTS, "L'Aquila", &["2009-07-09-laquila-major-economies"], &["2009-04-27-major-economies-forum-first"], "an apostrophe in a name"),
    Row(EVENTS, "aquila", &["2009-07-09-laquila-major-economies"], &["2009-04-27-major-economies-forum-first"], "what follows it is a word"),
    Row(EVENTS, "\"national people congress\"", &["2021-03-11-china-14th-five-year-plan"], &["1979-01-01-diplomatic-relations"], "the possessive is no part of a word"),
    Row(EVENTS, "14th", &["2021-03-11-china-14th-five-year-plan"], &["2026-03-05-china-15th-five-year-plan"], "a number with letters is one word"),
    Row(EVENTS, "1200", &["2024-08-23-china-1200gw-reached"], &["2021-07-16-china-national-ets-trading"], "1,200 GW; 1,700 and 2,225 companies elsewhere"),
    Row(COMMITMENTS, "17.5", &["us-loss-damage-fund-17-5m"], &["us-emissions-17-2020", "cn-carbon-intensity-17-2030"], "a decimal is one word"),
    Row(EVENTS, "50-52", &["2021-04-22-us-ndc-submission"], &["2024-12-19-us-2035-ndc"], "a range, and no exclusion"),
    Row(EVENTS, "mar-a-lago", &["2017-04-06-trump-xi-mar-a-lago"], &["2017-11-09-trump-beijing-energy-deals"], "a name of parts"),

    // Names and places, in either language, said in the text or not.
    Row(EVENTS, "Merkel", &["2021-04-16-xi-macron-merkel-summit", "2020-04-27-petersberg-dialogue-11"], &["2021-04-22-us-ndc-submission"], "the Petersberg record names her among its actors alone"),
    Row(EVENTS, "默克尔", &["2020-04-27-petersberg-dialogue-11"], &["2021-04-22-us-ndc-submission"], "in Chinese as well"),
    Row(EVENTS, "guterres", &["2019-11-04-us-paris-notice", "2025-01-27-us-paris-notice"], &["2021-04-14-kerry-shanghai-visit"], "the depositary, named among the actors"),
    Row(EVENTS, "diaoyutai", &["2014-07-09-sed-sixth-round", "2008-12-04-strategic-economic-dialogue-fifth"], &["2015-06-23-sed-seventh-round"], "a place that the texts of 2014 do not name"),
    Row(EVENTS, "桂林", &["1998-07-02-clinton-guilin"], &["1997-10-29-clinton-jiang-summit"], "Guilin"),
    Row(EVENTS, "kerry shanghai", &["2021-04-14-kerry-shanghai-visit", "2021-04-17-shanghai-joint-statement"], &["2021-07-16-china-national-ets-trading", "2021-08-31-kerry-tianjin-visit"], "a name and a place"),
    Row(EVENTS, "解振华 shanghai", &["2021-04-14-kerry-shanghai-visit", "2018-03-27-china-2020-intensity-met"], &["2021-07-16-china-national-ets-trading"], "one word of each language"),
    Row(ACTORS, "envoy", &["john-kerry", "todd-stern", "jonathan-pershing", "liu-zhenmin"], &["xi-jinping", "cn-mee"], "the titles of posts"),
    Row(ACTORS, "methane", &[], &["john-kerry"], "actors have names and posts, and no summaries"),
    Row(COMMITMENTS, "kigali", &["us-kigali-hfc-85-2036", "cn-kigali-hfc-80-2045"], &["us-net-zero-2050"], "an amendment by its city"),
];

/// What hostile or careless clients send: every one answers 200, and those without a word find nothing.
const NOISE: &[(&str, bool)] = &[
    ("\"", false),
    ("\"\"", false),
    ("*", false),
    ("-", false),
    ("--", false),
    ("-\"\"", false),
    ("?!", false),
    (" ", false),
    ("🌍", false),
    ("😀 🌡️", false),
    ("'; DROP TABLE event; --", true),
    ("AND", true),
    ("NOT", true),
    ("NEAR(", true),
    ("NEAR(climate, 2)", true),
    ("title:climate", true),
    ("{title} : climate", true),
    ("climate AND (", true),
    ("^climate", true),
    ("clim\"ate", true),
    ("\"climate", true),
    ("climate + OR + 1=1", true),
    ("%", false),
    ("\u{202e}\u{200b}", false),
    ("a*b*c*", true),
    ("\\", false),
];

pub(crate) fn quoted(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The ids that a query finds.
async fn found(client: &Client, kind: &str, q: &str) -> Vec<String> {
    let answer = client.ok(&format!("/v1/{kind}?q={}&limit=500", quoted(q))).await;
    each(&answer["data"], "id").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn every_query_of_the_table_finds_what_it_must_and_not_what_it_must_not() {
    assert!(TABLE.len() >= 60);
    let client = Client::new().await;
    let mut wrong = Vec::new();
    for Row(kind, q, must, must_not, why) in TABLE {
        let found = found(&client, kind, q).await;
        let has = |id: &&&str| found.iter().any(|found| found == **id);
        let missing: Vec<_> = must.iter().filter(|id| !has(id)).collect();
        let extra: Vec<_> = must_not.iter().filter(has).collect();
        if !missing.is_empty() || !extra.is_empty() {
            wrong.push(format!("{kind} {q}: missing {missing:?}, too many {extra:?} ({why})"));
        }
        let ids = must.iter().chain(*must_not);
        for id in ids {
            client.ok(&format!("/v1/{kind}/{id}")).await;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn rows_that_find_nothing_in_the_table_find_nothing_at_all() {
    let client = Client::new().await;
    for (kind, q) in [(EVENTS, "年"), (EVENTS, "煤"), (EVENTS, "气候 煤"), (ACTORS, "Perez"), (ACTORS, "Pérez")] {
        assert_eq!(found(&client, kind, q).await, [""; 0], "{q}");
    }
}

#[tokio::test]
async fn no_input_fails() {
    let client = Client::new().await;
    for kind in [EVENTS, ACTORS, COMMITMENTS] {
        for (q, has_word) in NOISE {
            let found = found(&client, kind, q).await;
            assert!(*has_word || found.is_empty(), "{kind} {q}: {found:?}");
        }
        for unit in ["a", "a ", "-a ", "\"x ", "气", "气候", "x* ", "é", "AND ", "🌍", "a-", "(", "1,"] {
            found(&client, kind, &unit.repeat(2048 / unit.len())).await;
        }
        for refused in ["", "%00", "climate%00", "%ff", "%E6%B0"] {
            let answer = client.get(&format!("/v1/{kind}?q={refused}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{refused}");
            assert_eq!(answer.json()["errors"][0]["parameter"], "q");
        }
    }
}

#[test]
fn any_bytes_answer_or_are_told_what_is_wrong() {
    let runtime = Runtime::new().unwrap();
    let client = runtime.block_on(Client::new());
    let status = |q: &str| {
        ["events", "actors", "commitments", "search"]
            .map(|path| runtime.block_on(client.get(&format!("/v1/{path}?q={q}"))).status.as_u16())
    };
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(150) });
    let texts = prop_oneof![
        "[^\0]{1,60}",
        "[\"*()+:^~{}'@ A-Z-]{1,40}",
        "(\"[ -a气候*]{0,5}){1,9}",
        "(-?[a-c气]{1,2}[*\"]?){1,30}"
    ];
    let fine = |text: String| {
        prop_assert_eq!(status(&quoted(&text)), [200; 4], "{}", text);
        Ok(())
    };
    runner.run(&texts, fine).unwrap_or_else(|failure| panic!("{failure}"));
    let told = |bytes: Vec<u8>| {
        let raw = percent_encode(&bytes, NON_ALPHANUMERIC).to_string();
        let expected = if str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0')) { 200 } else { 400 };
        prop_assert_eq!(status(&raw), [expected; 4], "{}", raw);
        Ok(())
    };
    runner.run(&proptest::collection::vec(any::<u8>(), 1..9), told).unwrap_or_else(|failure| panic!("{failure}"));
}

/// The hits of a search over all records.
async fn hits(client: &Client, query: &str) -> Vec<Value> {
    client.ok(&format!("/v1/search?{query}")).await["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_best_hits_of_all_kinds_come_together() {
    let client = Client::new().await;
    let found = hits(&client, "q=podesta").await;
    assert_eq!(found[0]["id"], "john-podesta", "a name that is the whole title comes first");
    assert_eq!(
        found[0],
        json!({
            "kind": "actor", "id": "john-podesta", "title": "John Podesta",
            "snippet": "John <mark>Podesta</mark>", "link": "/v1/actors/john-podesta",
        })
    );
    let mut behind: Vec<String> = Vec::new();
    for actor in crate::support::dataset().actors.iter().filter(|actor| actor.kind == ActorKind::Person) {
        for name in [Some(&actor.name.en), actor.name.zh.as_ref()].into_iter().flatten() {
            let first = &hits(&client, &format!("q={}&limit=1", quoted(&format!("\"{name}\"")))).await[0];
            if first["id"] != actor.id.as_str() {
                behind.push(format!("{name}: {first}"));
            }
        }
    }
    assert!(behind.is_empty(), "{behind:#?}");
    for kind in ["event", "actor", "commitment"] {
        assert!(found.iter().any(|hit| hit["kind"] == kind), "{kind}");
    }
    for hit in &found {
        let record = client.ok(hit["link"].as_str().unwrap()).await;
        assert_eq!(record["data"]["id"], hit["id"]);
        assert!(hit["snippet"].as_str().unwrap().contains("<mark>Podesta"), "{hit}");
    }
    let answer = client.ok("/v1/search?q=methane&limit=100").await;
    let counts = &answer["meta"]["counts"];
    for (kind, plural) in [("event", EVENTS), ("actor", ACTORS), ("commitment", COMMITMENTS)] {
        let of_kind = answer["data"].as_array().unwrap().iter().filter(|hit| hit["kind"] == kind).count();
        assert_eq!(counts[plural], of_kind, "all are shown");
        let list = client.ok(&format!("/v1/{plural}?q=methane&limit=1")).await;
        assert_eq!(list["page"]["total"], counts[plural]);
    }
    assert_eq!(answer["meta"]["query"], "as_of=2026-11-25&limit=100&q=methane");
    assert_eq!(
        answer["meta"]["description"],
        "The 100 best matches of methane among events, actors and commitments as of 2026-11-25."
    );
}

#[tokio::test]
async fn a_word_in_the_title_outweighs_any_number_in_the_summary() {
    let client = Client::new().await;
    for q in ["methane", "coal", "甲烷", "tariff", "forest", "kigali"] {
        let titled = async |lang: &str| {
            let of_title = client.ok(&format!("/v1/events?q={}&limit=500&lang={lang}&fields=title", quoted(q))).await;
            each(&of_title["data"], "title").iter().map(|title| title.to_lowercase().contains(q)).collect::<Vec<_>>()
        };
        let (english, chinese) = (titled("en").await, titled("zh").await);
        let in_title: Vec<bool> = english.iter().zip(&chinese).map(|(en, zh)| *en || *zh).collect();
        assert!(in_title.is_sorted_by(|one, next| one >= next), "{q}: {in_title:?}");
        assert!(in_title[0] && !in_title[in_title.len() - 1], "{q}");
    }
}

#[tokio::test]
async fn a_snippet_is_in_the_language_of_the_answer_or_where_the_hit_is() {
    let client = Client::new().await;
    let snippet = async |query: String| {
        let answer = client.get(&format!("/v1/search?{query}")).await;
        (answer.json()["data"][0]["snippet"].as_str().unwrap().to_owned(), answer.header("content-language").to_owned())
    };
    let (english, lang) = snippet("q=overcapacity&kind=event".into()).await;
    assert!(english.contains("<mark>overcapacity</mark>") && lang == "en", "{english}");
    let (chinese, lang) = snippet(format!("q={}&kind=event&lang=zh", quoted("产能过剩"))).await;
    assert!(chinese.contains("<mark>产能过剩</mark>") && lang == "zh", "{chinese}");
    let (other, lang) = snippet(format!("q={}&kind=event&lang=en", quoted("产能过剩"))).await;
    assert!(other.contains("<mark>产能过剩</mark>") && lang == "en", "{other}");
    let (unmarked, _) = snippet("q=-china&kind=event".into()).await;
    assert!(!unmarked.contains("<mark>") && !unmarked.is_empty(), "{unmarked}");
    let (escaped, _) = snippet(format!("q={}&kind=event", quoted("oasis desert"))).await;
    assert!(escaped.contains("<mark>oasis</mark>") && escaped.contains("<mark>desert</mark>"), "{escaped}");
}

#[tokio::test]
async fn the_search_over_all_records_is_as_strict_as_lists() {
    let client = Client::new().await;
    for (query, parameter) in [
        ("", "q"),
        ("?q=", "q"),
        ("?q=a&q=b", "q"),
        ("?q=%00", "q"),
        ("?q=a&kind=events", "kind"),
        ("?q=a&limit=101", "limit"),
        ("?q=a&limit=0", "limit"),
        ("?q=a&sort=date", "sort"),
        ("?q=a&format=csv", "format"),
    ] {
        let answer = client.get(&format!("/v1/search{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json()["errors"][0]["parameter"], parameter, "{query}");
    }
    assert_eq!(client.get("/v1/search.csv?q=a").await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get("/v1/search.json?q=a").await.status, StatusCode::OK);
    for (q, has_word) in NOISE {
        let found = hits(&client, &format!("q={}", quoted(q))).await;
        assert!(*has_word || found.is_empty(), "{q}: {found:?}");
    }
    let tag = client.get("/v1/search?q=CO2&kind=event,actor").await.header("etag").to_owned();
    let again = client.get_with("/v1/search?kind=actor,event&q=co%E2%82%82", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED, "two spellings are one answer");
    assert_eq!(client.ok("/v1").await["data"]["links"]["search"], "/v1/search?q={q}");
}

#[tokio::test]
async fn what_was_not_yet_made_is_not_found() {
    let client = Client::new().await;
    let id = "us-global-methane-pledge";
    for (day, there) in [("2021-09-16", false), ("2021-09-17", true), ("2021-11-02", true)] {
        let found = client.ok(&format!("/v1/commitments?q=methane&as_of={day}&limit=500")).await;
        assert_eq!(each(&found["data"], "id").contains(&id), there, "{day}");
        let best = hits(&client, &format!("q=methane&kind=commitment&as_of={day}&limit=100")).await;
        assert_eq!(best.iter().any(|hit| hit["id"] == id), there, "{day}");
    }
}

#[tokio::test]
async fn following_relevance_to_the_end_meets_every_match_once() {
    let client = Client::new().await;
    for (kind, q) in [(EVENTS, "climate"), (ACTORS, "minister -china"), (COMMITMENTS, "气候"), (EVENTS, "-气候")] {
        for sort in ["relevance", "-relevance", "relevance,-updated"] {
            let whole = client.ok(&format!("/v1/{kind}?q={}&sort={sort}&limit=500", quoted(q))).await;
            let mut next = format!("/v1/{kind}?q={}&sort={sort}&limit=7", quoted(q));
            let mut walked: Vec<String> = Vec::new();
            loop {
                let page = client.ok(&next).await;
                walked.extend(each(&page["data"], "id").into_iter().map(str::to_owned));
                let Some(link) = page["links"]["next"].as_str() else { break };
                next = link.to_owned();
            }
            assert_eq!(walked, each(&whole["data"], "id"), "{kind} {q} {sort}");
            assert_eq!(whole["page"]["total"], walked.len());
        }
    }
}

#[tokio::test]
async fn relevance_is_the_default_of_a_search_and_needs_one() {
    let client = Client::new().await;
    for kind in [EVENTS, COMMITMENTS] {
        let given = client.ok(&format!("/v1/{kind}?q=methane&sort=relevance")).await;
        let default = client.ok(&format!("/v1/{kind}?q=methane")).await;
        assert_eq!(given, default);
        assert_eq!(default["meta"]["query"].as_str().unwrap().split('&').find(|part| part.starts_with("sort")), None);
        let by_date = client.ok(&format!("/v1/{kind}?q=methane&sort=date")).await;
        assert!(by_date["meta"]["query"].as_str().unwrap().ends_with("sort=date"));
    }
    for (query, told) in [
        ("q=methane+-coal", "Events where the text matches methane -coal, sorted by relevance, best first."),
        ("q=methane&sort=-relevance", "Events where the text matches methane, sorted by relevance, weakest first."),
        ("q=methane&lang=zh", "事件：全文匹配 methane ，按相关度从高到低排列。"),
        ("q=methane&lang=zh&sort=-relevance", "事件：全文匹配 methane ，按相关度从低到高排列。"),
    ] {
        assert_eq!(client.ok(&format!("/v1/events?{query}")).await["meta"]["description"], told);
    }
    let by_name = client.ok("/v1/actors?q=minister&limit=500").await;
    assert!(each(&by_name["data"], "name").iter().map(|name| name.to_lowercase()).is_sorted());
    for kind in [EVENTS, ACTORS, COMMITMENTS] {
        let refused = client.get(&format!("/v1/{kind}?sort=-relevance")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.json()["errors"][0]["value"], "-relevance");
    }
}
