//! Each rule of reading, broken once in TOML and looked for in its place.

use super::super::fixture::{BIDEN, CALL, CN, EVENT, JOINT, LINE, Seeds, US, XI};
use super::super::load;
use super::super::schema::tests::agree;

/// Each case changes one place of one file and names the one place that is reported.
#[track_caller]
fn each(cases: &[(&str, &str, &str, &str)]) {
    for (path, from, to, place) in cases {
        let mut seeds = Seeds::valid();
        seeds.edit(path, from, to);
        seeds.expect(&[&format!("{path}:{place}")]);
        seeds.files().iter().for_each(agree);
    }
}

/// Each case moves a file to another name and says what is reported there.
#[track_caller]
fn moved(path: &str, name: &str, place: &str) {
    let mut seeds = Seeds::valid();
    let text = seeds.remove(path);
    seeds.put(name, text);
    let expected = format!("{name}:{place}");
    assert!(seeds.places().contains(&expected), "{:?}", seeds.places());
}

#[test]
fn unknown_keys_are_refused_in_every_table() {
    each(&[
        (CALL, "level =", "rank = 1\nlevel =", "3:1 rank"),
        (CALL, "level =", "id = \"2021-02-10-call\"\nlevel =", "3:1 id"),
        (EVENT, "{ US =", "{ UN = \"2021\", US =", "2:17 local_dates.UN"),
        (EVENT, "{ en = \"A", "{ fr = \"Un\", en = \"A", "11:11 title.fr"),
        (EVENT, "{ id = \"xi-jinping\",", "{ id = \"xi-jinping\", side = \"CN\",", "17:24 actors[2].side"),
        (EVENT, "{ id = \"joint-action\",", "{ x = 1, id = \"joint-action\",", "20:5 commitments[0].x"),
        (EVENT, "{ id = \"2021-02-10-call\",", "{ x = 1, id = \"2021-02-10-call\",", "23:5 related[0].x"),
        (EVENT, "{ side = \"CN\"", "{ x = 1, side = \"CN\"", "26:5 accounts[0].x"),
        (EVENT, "{ place =", "{ x = 1, place =", "29:14 location.x"),
        (EVENT, "publisher = \"新华社\"", "publisher = \"新华社\"\nx = 1", "43:1 sources[1].x"),
        (XI, "born", "x = 1\nborn", "4:1 x"),
        (BIDEN, "organisation", "x = 1\norganisation", "9:1 roles[0].x"),
        (CN, "updated", "x = 1\nupdated", "6:1 x"),
        (US, "value = 50", "x = 1, value = 50", "5:76 target.x"),
        (US, "{ id = \"cn-peak\"", "{ x = 1, id = \"cn-peak\"", "8:5 related[1].x"),
        (JOINT, "by =", "x = 1\nby =", "16:1 history[1].x"),
        (JOINT, "{ url", "{ x = 1, url", "19:5 history[1].sources[0].x"),
    ]);
}

#[test]
fn missing_keys_are_named_where_their_table_stands() {
    each(&[
        (CALL, "type = \"call\"\n", "", "1:1 type"),
        (CALL, "title = { en = \"Call\", zh = \"通话\" }\n", "", "1:1 title"),
        (CALL, ", zh = \"通话\"", "", "6:9 title.zh"),
        (CALL, "id = \"joe-biden\", ", "", "8:11 actors[0].id"),
        (EVENT, ", CN = \"2021-04-15/2021-04-17\"", "", "2:15 local_dates.CN"),
        (EVENT, ", country = \"CN\"", "", "29:12 location.country"),
        (EVENT, ", url = \"https://example.cn/a\"", "", "26:3 accounts[0].url"),
        (EVENT, "publisher = \"新华社\"\n", "", "40:1 sources[1].publisher"),
        (XI, "side = \"CN\"\n", "", "1:1 side"),
        (BIDEN, "title = { en = \"President\", zh = \"总统\" }\n", "", "7:1 roles[0].title"),
        (CN, "kind = \"emissions-peak\"\n", "", "1:1 kind"),
        (CN, "comparator = \"by\", ", "", "5:10 target.comparator"),
        (CN, "change = \"announced\"\n", "", "8:1 history[0].change"),
    ]);
}

#[test]
fn values_have_their_type() {
    each(&[
        (CALL, "type = \"call\"", "type = 1", "2:8 type"),
        (CALL, "date = \"2021-02-10\"", "date = 2021-02-10", "1:8 date"),
        (CALL, "title = { en = \"Call\", zh = \"通话\" }", "title = \"Call\"", "6:9 title"),
        (CALL, "summary = { en = \"They spoke.\"", "summary = { en = [\"They spoke.\"]", "7:18 summary.en"),
        (EVENT, "bilateral = true", "bilateral = \"true\"", "7:13 bilateral"),
        (EVENT, "topics = [\"envoys\", \"methane\"]", "topics = \"envoys\"", "13:10 topics"),
        (EVENT, "\"methane\"]", "2]", "13:21 topics[1]"),
        (EVENT, "{ id = \"xi-jinping\", role = \"host\" }", "\"xi-jinping\"", "17:3 actors[2]"),
        (EVENT, "lat = 31.2", "lat = \"31.2\"", "29:76 location.lat"),
        (EVENT, "lat = 31.2", "lat = inf", "29:76 location.lat"),
        (US, "target_year = 2030", "target_year = \"2030\"", "5:152 target.target_year"),
        (US, "target_year = 2030", "target_year = 30", "5:152 target.target_year"),
        (US, "value = 50,", "value = true,", "5:84 target.value"),
        (CN, "target = {", "target = [1] # {", "5:10 target"),
    ]);
}

#[test]
fn words_come_from_their_vocabulary() {
    each(&[
        (EVENT, "type = \"joint-statement\"", "type = \"Joint-Statement\"", "3:8 type"),
        (EVENT, "level = \"envoys\"", "level = \"kings\"", "4:9 level"),
        (EVENT, "status = \"cancelled\"", "status = \"canceled\"", "5:10 status"),
        (EVENT, "mode = \"in-person\"", "mode = \"person\"", "6:8 mode"),
        (EVENT, "\"single-source\"", "\"sure\"", "8:14 confidence"),
        (EVENT, "\"methane\"]", "\"weather\"]", "13:21 topics[1]"),
        (EVENT, "role = \"host\"", "role = \"guest\"", "17:31 actors[2].role"),
        (EVENT, "\"reaffirms\"", "\"reaffirmed\"", "20:37 commitments[0].relation"),
        (EVENT, "\"follows-up\"", "\"mirrors\"", "23:40 related[0].relation"),
        (EVENT, "{ side = \"CN\"", "{ side = \"PRC\"", "26:12 accounts[0].side"),
        (EVENT, "country = \"CN\"", "country = \"UK\"", "29:64 location.country"),
        (EVENT, "kind = \"news\"", "kind = \"rumour\"", "45:8 sources[1].kind"),
        (XI, "kind = \"person\"", "kind = \"king\"", "1:8 kind"),
        (CN, "party = \"CN\"", "party = \"China\"", "1:9 party"),
        (CN, "kind = \"emissions-peak\"", "kind = \"peak\"", "2:8 kind"),
        (US, "\"range\"", "\"between\"", "5:67 target.comparator"),
        (US, "\"part-of\"", "\"follows-up\"", "7:37 related[0].relation"),
        (JOINT, "change = \"suspended\"", "change = \"stopped\"", "15:10 history[1].change"),
        (JOINT, "by = \"CN\"", "by = \"joint\"", "16:6 history[1].by"),
    ]);
}

#[test]
fn a_wrong_word_comes_with_the_nearest_and_all_that_are_allowed() {
    let mut seeds = Seeds::valid();
    seeds.edit(EVENT, "mode = \"in-person\"", "mode = \"fone\"");
    let problem = load(&seeds.files()).unwrap_err().remove(0);
    assert_eq!(
        problem.to_string(),
        format!("{EVENT}:6:8 mode: `fone` is no mode (allowed: in-person, phone, video, written)")
    );
    let mut seeds = Seeds::valid();
    seeds.edit(EVENT, "mode =", "moed =");
    let problem = load(&seeds.files()).unwrap_err().remove(0);
    assert!(problem.hint.unwrap().starts_with("did you mean `mode`? allowed: date, local_dates, "));
}

#[test]
fn dates_are_edtf_and_some_are_days() {
    each(&[
        (CALL, "date = \"2021-02-10\"", "date = \"10 February 2021\"", "1:8 date"),
        (CALL, "date = \"2021-02-10\"", "date = \"2021-02-30\"", "1:8 date"),
        (CALL, "date = \"2021-02-10\"", "date = \"2021-02-10/2021-02-09\"", "1:8 date"),
        (CALL, "updated = \"2026-11-24\"", "updated = \"2026-11\"", "5:11 updated"),
        (EVENT, "{ US = \"2021-04-14/2021-04-16\"", "{ US = \"?\"", "2:22 local_dates.US"),
        (EVENT, "date = \"2021-04-17\"", "date = \"17.4.2021\"", "36:8 sources[0].date"),
        (XI, "born = \"1953\"", "born = \"1953?\"", "4:8 born"),
        (BIDEN, "from = \"2009-01-20\"", "from = \"2009-1-20\"", "15:8 roles[1].from"),
        (BIDEN, "to = \"2017-01\"", "to = \"now\"", "16:6 roles[1].to"),
        (US, "baseline = \"2005\"", "baseline = \"05\"", "5:130 target.baseline"),
        (JOINT, "date = \"2022-08\"", "date = \"2022-8\"", "14:8 history[1].date"),
    ]);
}

#[test]
fn addresses_are_absolute() {
    each(&[
        (EVENT, "url = \"http://example.cn/b\"", "url = \"example.cn/b\"", "41:7 sources[1].url"),
        (EVENT, "url = \"http://example.cn/b\"", "url = \"http://example.cn/b c\"", "41:7 sources[1].url"),
        (EVENT, "url = \"https://example.cn/a\"", "url = \"//example.cn/a\"", "26:67 accounts[0].url"),
        (JOINT, "url = \"https://example.org/c\"", "url = \"ftp://example.org/c\"", "19:11 history[1].sources[0].url"),
    ]);
}

#[test]
fn texts_say_something_and_stand_alone() {
    each(&[
        (CALL, "en = \"Call\"", "en = \"\"", "6:16 title.en"),
        (CALL, "en = \"Call\"", "en = \" \\t\"", "6:16 title.en"),
        (CALL, "en = \"Call\"", "en = \"Call \"", "6:16 title.en"),
        (CALL, "zh = \"通话\" }", "zh = \"\u{3000}通话\" }", "6:29 title.zh"),
        (EVENT, "publisher = \"新华社\"", "publisher = \"新华社\\n\"", "42:13 sources[1].publisher"),
        (EVENT, "about = \"a report\"", "about = \"\"", "43:9 sources[1].about"),
        (US, "unit = \"%\"", "unit = \" %\"", "5:114 target.unit"),
    ]);
}

#[test]
fn a_source_has_a_title_or_says_what_it_is() {
    each(&[(EVENT, "about = \"a report\"\n", "", "40:1 sources[1].title")]);
}

#[test]
fn only_a_person_may_lack_a_chinese_name() {
    let mut seeds = Seeds::valid();
    let role = "roles = [{ title = { en = \"Head\", zh = \"首脑\" }, note = { en = \"No name.\", zh = \"无名。\" } }]";
    seeds.edit(XI, ", zh = \"习近平\" }", &format!(" }}\n{role}"));
    seeds.expect(&[&format!("{XI}:3:8 name.zh")]);
    assert_eq!(load(&seeds.files()).unwrap().dataset.actor("xi-jinping").unwrap().name.zh, None);
    seeds.edit(XI, "kind = \"person\"", "kind = \"organisation\"");
    seeds.expect(&[&format!("{XI}:3:8 name.zh")]);
    assert!(load(&seeds.files()).is_err());
}

#[test]
fn languages_are_tagged_as_bcp_47_has_it() {
    each(&[
        (EVENT, "lang = \"zh\"", "lang = \"zh_CN\"", "44:8 sources[1].lang"),
        (EVENT, "lang = \"zh\"", "lang = \"Chinese language\"", "44:8 sources[1].lang"),
        (EVENT, "lang = \"zh\"", "lang = \"\"", "44:8 sources[1].lang"),
    ]);
    for tag in ["zh-Hans", "zh-Hant-HK", "pt-BR", "sr-Latn"] {
        let mut seeds = Seeds::valid();
        seeds.edit(EVENT, "lang = \"zh\"", &format!("lang = \"{tag}\""));
        seeds.expect(&[]);
    }
}

#[test]
fn a_target_has_a_value_or_a_year_to_be_reached_by() {
    each(&[
        (CN, ", target_year = 2030", "", "5:10 target"),
        (CN, "comparator = \"by\"", "comparator = \"at-most\"", "5:10 target"),
        (CN, "comparator = \"by\"", "comparator = \"range\"", "5:10 target"),
    ]);
    let mut seeds = Seeds::valid();
    seeds.edit(CN, "comparator = \"by\", target_year = 2030", "comparator = \"at-most\", value = 0");
    seeds.expect(&[]);
}

#[test]
fn coordinates_are_on_the_globe_and_come_in_pairs() {
    each(&[
        (EVENT, "lat = 31.2", "lat = 90.1", "29:76 location.lat"),
        (EVENT, "lon = 121", "lon = -181", "29:88 location.lon"),
        (EVENT, ", lon = 121", "", "29:76 location.lat"),
        (EVENT, ", lat = 31.2", "", "29:76 location.lon"),
    ]);
}

#[test]
fn local_dates_are_those_that_differ() {
    each(&[(EVENT, "US = \"2021-04-14/2021-04-16\"", "US = \"2021-04-15/2021-04-17\"", "2:15 local_dates")]);
}

#[test]
fn what_is_contested_or_in_doubt_says_why() {
    let accounts = "accounts = [\n  { side = \"CN\", says = { en = \"It was so.\", zh = \"是这样。\" }, url = \"https://example.cn/a\" },\n]\n";
    each(&[
        (EVENT, accounts, "", "25:13 contested"),
        (EVENT, accounts, "accounts = []\n", "26:13 contested"),
        (EVENT, "confidence_note = { en = \"One side alone.\", zh = \"只有一方。\" }\n", "", "8:14 confidence"),
    ]);
}

#[test]
fn a_range_has_two_ends_in_order_and_nothing_else_has() {
    each(&[
        (US, ", value_high = 52.5", "", "5:10 target"),
        (US, "value = 50, ", "", "5:10 target"),
        (US, "value_high = 52.5", "value_high = 50.0", "5:101 target.value_high"),
        (US, "comparator = \"range\"", "comparator = \"about\"", "5:101 target.value_high"),
    ]);
    let mut seeds = Seeds::valid();
    seeds.edit(US, "value_high = 52.5", "value_high = 51");
    seeds.expect(&[]);
}

#[test]
fn ids_are_kebab_case_and_begin_as_they_must() {
    moved(XI, "actors/Xi_Jinping.toml", "1:1 id");
    moved(CALL, "events/biden-xi-call.toml", "1:1 id");
    moved(CN, "commitments/peak.toml", "1:1 id");
    moved(US, "commitments/cn-2030.toml", "1:1 id");
    moved(JOINT, "commitments/us-action.toml", "1:1 id");
    each(&[
        (EVENT, "[\"2021-04-shanghai\"]", "[\"2021-04-shanghai\", \"Shanghai\"]", "30:35 former_ids[1]"),
        (EVENT, "id = \"xi-jinping\"", "id = \"Xi Jinping\"", "17:10 actors[2].id"),
    ]);
}

#[test]
fn files_stand_in_the_folder_of_their_kind() {
    for path in ["joe.toml", "people/joe.toml", "event/2021-x.toml", "events/events.ndjson", "x.ndjson"] {
        let mut seeds = Seeds::valid();
        seeds.put(path, "");
        seeds.expect(&[&format!("{path}:1:1")]);
    }
    let mut seeds = Seeds::valid();
    for path in [CALL, XI, CN] {
        let text = seeds.remove(path);
        let (folder, rest) = path.split_once('/').unwrap();
        let name = rest.rsplit('/').next().unwrap();
        seeds.put(&format!("{folder}/very/deep/{name}"), text);
    }
    seeds.expect(&[]);
}

#[test]
fn lines_are_read_like_files() {
    let cases = [
        ("\"US\"", "\"USA\"", "party", "1:25 party"),
        ("\"value\":50", "\"value\":\"50\"", "value", "1:229 target.value"),
        ("\"kind\":\"absolute-reduction\"", "\"kind\":null", "kind", "1:1 kind"),
        ("\"party\"", "\"partie\":1,\"party\"", "partie", "1:17 partie"),
        ("\"topics\"", "\"updated\":\"2026-11-24\",\"topics\"", "updated", "1:295 updated"),
        ("\"us-2030\"", "\"US 2030\"", "id", "1:7 id"),
        ("\"us-2030\"", "\"cn-2030\"", "id", "1:7 id"),
    ];
    let mut seeds = Seeds::valid();
    seeds.remove(US);
    seeds.put("commitments.ndjson", LINE);
    seeds.expect(&[]);
    for (from, to, near, place) in cases {
        let line = LINE.replacen(from, to, 1);
        seeds.put("commitments.ndjson", line.clone());
        let places = seeds.places();
        assert_eq!(places, [format!("commitments.ndjson:{place}")], "{near} in {line}");
    }
}
