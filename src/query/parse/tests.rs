use std::collections::HashMap;

use super::super::catalogue::Ids;
use super::super::fields::{Actors, Commitments, Events};
use super::*;

fn catalogue() -> Catalogue {
    let former = HashMap::from([("xie".into(), "xie-zhenhua".into())]);
    Catalogue {
        version: "v1".into(),
        events: Ids::default(),
        actors: Ids::new(vec!["xie-zhenhua".into(), "john-kerry".into()], former),
        commitments: Ids::default(),
        first_day: None,
        last_day: None,
    }
}

fn read<R: Resource>(raw: &str) -> Result<ListQuery<R>, Refused> {
    let catalogue = catalogue();
    let context = Context {
        catalogue: &catalogue,
        today: "2026-11-25".parse().unwrap(),
        lang: Lang::En,
        format: None,
        form: Form::JSON,
    };
    list(&mut Params::decode(raw), &context)
}

fn problems<R: Resource>(raw: &str) -> Vec<Problem> {
    match read::<R>(raw) {
        Err(Refused::Invalid(problems)) => problems,
        other => panic!("{raw}: {other:?}"),
    }
}

#[test]
fn what_is_not_understood_is_refused_and_said_all_at_once() {
    let all = problems::<Events>(
        "type=sumit&typ=summit&from=2021-02-30&limit=0&cursor=x&actor=jon-kerry&type.all=call&mode=&sort=dat",
    );
    let told: Vec<_> =
        all.iter().map(|problem| (problem.parameter.as_str(), problem.did_you_mean.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("type", Some("summit")),
            ("typ", Some("type")),
            ("from", None),
            ("limit", None),
            ("cursor", None),
            ("actor", Some("john-kerry")),
            ("type.all", Some("type")),
            ("mode", None),
            ("sort", Some("date")),
        ]
    );
    assert!(all.iter().all(|problem| !problem.allowed.is_empty()));
}

#[test]
fn every_rule_has_its_refusal() {
    for raw in [
        "from=2022&to=2021",
        "limit=501",
        "limit=+5",
        "limit=1&limit=2",
        "total=yes",
        "fields=titel",
        "include=actor",
        "lang=fr",
        "capital=paris",
        "as_of=2021-01-01",
        "bilateral=1",
        "country=us",
        "year=21",
        "mode.all=phone",
        "topic.all=none",
        "from.not=2021",
        "type=none",
        "type=",
        "type=call,",
        "actor=",
        "from=",
        "limit=",
        "cursor=",
        "sort=",
        "fields=",
        "lang=",
        "sort=date,-date",
        "q=",
        "sort=relevance",
        "sort=-relevance",
        "q.not=climate",
        "facets=typ",
        "facets=id",
        "facets=month",
        "facets=",
        "format=json",
    ] {
        assert_eq!(problems::<Events>(raw).len(), 1, "{raw}");
    }
    for raw in ["as_of=2021", "as_of=2021-02-30", "capital=beijing", "role=%20", "role.not=x", "include=events"] {
        assert_eq!(problems::<Actors>(raw).len(), 1, "{raw}");
    }
    for raw in ["include=actors", "status=open", "from=2021"] {
        assert_eq!(problems::<Commitments>(raw).len(), 1, "{raw}");
    }
}

#[test]
fn two_spellings_have_one_normal_form() {
    for (one, other) in [
        ("type=summit,call&sort=date&limit=50", "type=call&type=summit&type=call"),
        ("actor=xie", "actor=xie-zhenhua&lang=en&total=true"),
        ("from=2021&to=2021", "to=2021-12-31&from=2021-01-01"),
        ("fields=title,date", "fields=date,id,title"),
        ("facets=year,type,year", "facets=type&facets=year"),
        ("mode=none,phone", "mode=phone&mode=none&_=17"),
        ("q=Methane+CO%E2%82%82&sort=relevance", "q=co2++methane"),
    ] {
        let (one, other) = (read::<Events>(one).unwrap(), read::<Events>(other).unwrap());
        assert_eq!(one, other);
        assert_eq!(one.to_string(), other.to_string());
        assert_eq!(read::<Events>(&one.to_string()).unwrap(), one);
    }
}

#[test]
fn a_defaulted_day_is_written_out_where_that_changes_nothing_else() {
    assert_eq!(read::<Commitments>("").unwrap().to_string(), "as_of=2026-11-25");
    assert_eq!(read::<Actors>("side=CN").unwrap().to_string(), "as_of=2026-11-25&side=CN");
    assert_eq!(read::<Actors>("role=envoy").unwrap().to_string(), "role=envoy");
    assert_eq!(read::<Events>("").unwrap().to_string(), "");
}
