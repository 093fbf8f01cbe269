import KuayuEngine
import KuayuModel
import KuayuRules

/// What stands on a case at one moment, and when that may change next.
struct CaseLook: Sendable {
    var standing: [CaseNotice] = []
    var next: Instant?
}

/// Cases of a round that changed or whose time has come; each is looked at once before the commit.
struct TouchedCases: Sendable {
    /// A bundle by its origin's number.
    struct BundleKey: Hashable, Sendable {
        let origin: RegionCode
        let id: String
    }

    private(set) var order: [CaseID] = []
    private var looks: [CaseID: CaseLook?] = [:]
    private(set) var bundles: [BundleKey] = []

    /// Remembers a case; `look` is what was found when it was written last, nil when it was not written.
    mutating func add(_ id: CaseID, look: CaseLook?, bundle: BundleKey?) {
        if looks.updateValue(look, forKey: id) == nil { order.append(id) }
        if let bundle, !bundles.contains(bundle) { bundles.append(bundle) }
    }

    /// Remembers a case that others may have changed something about.
    mutating func add(_ id: CaseID) {
        if looks[id] == nil { add(id, look: nil, bundle: nil) }
    }

    func look(_ id: CaseID) -> CaseLook? { looks[id] ?? nil }
}
