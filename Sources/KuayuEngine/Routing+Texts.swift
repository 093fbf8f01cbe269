import KuayuModel

extension Routing.Refusal {
    /// Stable code for programs: `route.not-agreed`.
    public var code: String {
        switch self {
        case .noHandlingRegion: "route.no-handling-region"
        case .notParticipant: "route.not-participant"
        case .staysAtHome: "route.stays-at-home"
        case .notAgreed: "route.not-agreed"
        case .levelTooHigh: "route.level"
        case .unknownHub: "route.unknown-hub"
        }
    }

    /// The canonical path that it is about.
    public var path: String {
        switch self {
        case .noHandlingRegion, .staysAtHome, .unknownHub: "places.handling"
        case .notParticipant: "places"
        case .notAgreed, .levelTooHigh: "item.catalogCode"
        }
    }

    /// What is wrong, in Chinese, one sentence without its full stop.
    public var chinese: String {
        switch self {
        case .noHandlingRegion: "办件没有写明受理地，或受理地不是行政区划代码"
        case .notParticipant(let region): "\(region.text) 既不是申请地、收件地，也不是受理地"
        case .staysAtHome: "办件只涉及报送它的区域，不跨域"
        case .notAgreed(let from, let to, let item, let mode):
            "没有协议允许 \(from.text) 以 \(mode) 方式向 \(to.text) 报送事项 \(item)"
        case .levelTooHigh(let region, let allowed):
            "与 \(region.text) 的协议只允许到 \(allowed.rawValue) 级数据，而每个办件都含更高级别的数据"
        case .unknownHub(let region): "\(region.text) 没有接入联邦的枢纽"
        }
    }

    /// The same in English.
    public var english: String {
        switch self {
        case .noHandlingRegion: "the case names no division in charge, or something that is no division code"
        case .notParticipant(let region): "\(region.text) neither applied for, collects nor handles this case"
        case .staysAtHome: "the case concerns only the region that sent it"
        case .notAgreed(let from, let to, let item, let mode):
            "no agreement lets \(from.text) send item \(item) as \(mode) to \(to.text)"
        case .levelTooHigh(let region, let allowed):
            "the agreement with \(region.text) allows data up to \(allowed.rawValue), and every case has more"
        case .unknownHub(let region): "\(region.text) is not a hub of this federation"
        }
    }

    /// How to mend it.
    public var help: String {
        switch self {
        case .noHandlingRegion: "set the handling division to a division of a federated region, 6 or 12 digits"
        case .notParticipant: "send the case through the hub of a region that takes part in it"
        case .staysAtHome: "cases that cross no border are handled at home; check the handling division"
        case .notAgreed: "see agreements.csv; an agreement has to be added before such cases can be sent"
        case .levelTooHigh: "see max_level in agreements.csv"
        case .unknownHub:
            "check the divisions of the case; kuayu route explain --file shows which hub each of them leads to"
        }
    }
}
