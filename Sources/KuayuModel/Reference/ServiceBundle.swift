/// 一件事: several items that together do one thing for the applicant (高效办成一件事).
public struct ServiceBundle: Hashable, Sendable {
    /// Which side handles a child.
    public enum Side: String, Hashable, Sendable, CaseIterable {
        /// Where the bundle was applied for.
        case applied
        /// The place of birth.
        case birthplace
        /// The place of the household register.
        case household
        /// Where the applicant moves away from.
        case origin
        /// Where the applicant moves to.
        case destination
    }

    /// One item of a bundle.
    public struct Child: Hashable, Sendable {
        /// Name of the child within its bundle, ASCII.
        public let id: String
        /// Name of the item.
        public let itemName: String
        /// The item.
        public let catalogCode: CatalogCode
        /// How it crosses regions.
        public let mode: ServiceItem.Mode
        /// Which side handles it.
        public let handledBy: Side
        /// Children of the same bundle that must finish first; each stands before this one.
        public let after: [String]
    }

    /// Name of the bundle in code, ASCII.
    public let id: String
    /// Name for people.
    public let name: String
    /// Its items, in an order that respects ``Child/after``.
    public let children: [Child]

    /// Children that may start once those named in `finished` have ended, and have not ended themselves.
    public func startable(finished: Set<String>) -> [Child] {
        children.filter { !finished.contains($0.id) && finished.isSuperset(of: $0.after) }
    }
}

/// 一件事清单: the bundles of the federation.
public struct Bundles: Sendable {
    /// The bundles that are built in.
    public static let standard = embedded("bundles.csv") { () throws(ReferenceError) in
        try Bundles(csv: PackageResources.bundles_csv)
    }

    /// Every bundle, in the order of the table.
    public let all: [ServiceBundle]

    /// Bundles with the columns `bundle,bundle_name,child,item_name,catalog_code,mode,handled_by,after`.
    ///
    /// The rows of a bundle stand together. `after` names children of earlier rows, several joined by `;`, so that no
    /// circle can be written.
    public init(csv: [UInt8]) throws(ReferenceError) {
        var bundles: [ServiceBundle] = []
        for row in try CSVTable(csv, name: "bundles.csv").rows {
            let (id, child) = (try row["bundle"], try ServiceBundle.Child(row))
            let isSame = bundles.last?.id == id
            if !isSame && bundles.contains(where: { $0.id == id }) { throw row.error("rows of a bundle are apart") }
            let earlier = isSame ? (bundles.popLast()?.children ?? []) : []
            let known = Set(earlier.map(\.id))
            guard !known.contains(child.id) else { throw row.error("child occurs twice") }
            guard known.isSuperset(of: child.after) else { throw row.error("after names no earlier child") }
            bundles.append(ServiceBundle(id: id, name: try row["bundle_name"], children: earlier + [child]))
        }
        all = bundles
    }

    /// A bundle by its id; `nil` when there is none.
    public func bundle(_ id: some StringProtocol) -> ServiceBundle? { all.first { $0.id == id } }
}

extension ServiceBundle.Child {
    fileprivate init(_ row: CSVTable.Row) throws(ReferenceError) {
        guard let code = try? CatalogCode(validating: try row["catalog_code"]) else {
            throw row.error("catalog_code is no catalogue code")
        }
        guard let mode = ServiceItem.Mode(rawValue: try row["mode"]) else { throw row.error("unknown mode") }
        guard let side = ServiceBundle.Side(rawValue: try row["handled_by"]) else {
            throw row.error("unknown handled_by")
        }
        self.init(
            id: try row["child"], itemName: try row["item_name"], catalogCode: code, mode: mode, handledBy: side,
            after: try row["after"].split(separator: ";").map(String.init))
    }
}
