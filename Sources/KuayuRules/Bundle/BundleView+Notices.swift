import KuayuModel

/// A supplement that asks one child for what another child has or was asked for.
struct RepeatedDemand: Hashable {
    /// Place among the children of the one that asks.
    let asking: Int
    /// Place among the children of the one that has it.
    let having: Int
    /// When it was asked for.
    let requestedAt: String?
    /// Whether it has been handed in since.
    let isAnswered: Bool

    /// Every pair of children, at most once, in the order of the children.
    ///
    /// An open demand counts when the other child has the material, or was asked for it before. Once it is answered, rows
    /// no longer tell who had the material first, and only the earlier demand counts.
    static func find(in children: [BundleView.Child]) -> [RepeatedDemand] {
        if !children.contains(where: { !$0.record[BundleField.supplements].isEmpty }) { return [] }
        let stocks = children.map { Stock($0.record) }
        var found: [RepeatedDemand] = []
        for asking in children.indices {
            for having in children.indices where having != asking {
                let demands = stocks[asking].demands
                guard let demand = demands.first(where: { stocks[having].has($0, isEarlier: having < asking) }) else {
                    continue
                }
                found.append(
                    RepeatedDemand(
                        asking: asking, having: having, requestedAt: demand.requestedAt, isAnswered: demand.isAnswered))
            }
        }
        return found
    }

    /// One supplement that was asked for.
    private struct Demand {
        let items: Set<String>
        let requestedAt: String?
        let isAnswered: Bool
    }

    /// What one child has and was asked for.
    private struct Stock {
        var materials: Set<String> = []
        var demands: [Demand] = []

        init(_ record: CaseRecord) {
            for row in record[.materials] where Self.isThere(row) {
                for field in [BundleField.materialName, BundleField.materialCode, BundleField.materialID] {
                    if let text = row[field] { materials.insert(BundleField.folded(text)) }
                }
            }
            for row in record[BundleField.supplements] {
                demands.append(
                    Demand(
                        items: Set(BundleField.entries(row[BundleField.supplementItems]).map(BundleField.folded)),
                        requestedAt: row[BundleField.requestedAt], isAnswered: row[BundleField.answeredAt] != nil))
            }
        }

        /// Whether it has what `demand` asks for, or was asked for it before; `isEarlier` decides between two demands
        /// of one moment.
        func has(_ demand: Demand, isEarlier: Bool) -> Bool {
            if !demand.isAnswered && !demand.items.isDisjoint(with: materials) { return true }
            return demands.contains { own in
                guard !own.items.isDisjoint(with: demand.items), let mine = own.requestedAt,
                    let other = demand.requestedAt
                else { return false }
                return mine < other || (mine == other && isEarlier)
            }
        }

        /// A material that is owed is not there yet.
        private static func isThere(_ row: CaseRow) -> Bool {
            let isOwed =
                row[BundleField.materialSource] == "deferred" || row[BundleField.materialNecessity] == "deferred"
            return !isOwed || row[BundleField.materialFile] != nil
        }
    }
}

extension BundleView {
    /// What stands about the children: blocked ones, circles, demands made twice.
    static func notices(about children: [Child], repeated: [RepeatedDemand]) -> [Notice] {
        var notices: [Notice] = []
        for child in children {
            guard let caseID = child.caseID else { continue }
            switch child.standing {
            case .blocked(let entries):
                let since = entries.map { end(of: $0, in: children) }.max() ?? beginning(of: child.record)
                notices.append(Notice(caseID: caseID, notice: blocked(child, by: entries, since: since)))
            case .circular(let names):
                notices.append(Notice(caseID: caseID, notice: circular(child, names)))
            case .waiting where !child.missing.isEmpty:
                notices.append(Notice(caseID: caseID, notice: unknown(child)))
            default: break
            }
        }
        for demand in repeated where !demand.isAnswered && !children[demand.asking].standing.hasEnded {
            guard let caseID = children[demand.asking].caseID else { continue }
            notices.append(Notice(caseID: caseID, notice: asksAgain(demand, children)))
        }
        return notices
    }

    private static func blocked(_ child: Child, by entries: [String], since: Instant) -> CaseNotice {
        let names = entries.joined(separator: ", ")
        return CaseNotice(
            .bundleBlocked, subject: names, since: since, severity: .warning, tells: .applying,
            chinese: "子办件\(child.name)的前置事项\(names)没有办成，本件未转办；如不再需要，请撤回。",
            english: "\(child.name) waits for \(names), which did not end well; it stays held until it is withdrawn.")
    }

    /// Says no names: they are what a hub wrote, and answer to nothing that is known.
    private static func unknown(_ child: Child) -> CaseNotice {
        CaseNotice(
            .bundleBlocked, subject: "unknown", since: beginning(of: child.record), severity: .warning,
            chinese: "子办件\(child.name)的前置事项有\(child.missing.count)项对不上任何办件，到齐前不转办。",
            english: "\(child.name) waits for \(child.missing.count) that no case of the bundle is; it stays held "
                + "until they come or its order is sent again.")
    }

    private static func circular(_ child: Child, _ names: [String]) -> CaseNotice {
        let circle = names.joined(separator: ", ")
        return CaseNotice(
            .bundleBlocked, subject: circle, since: beginning(of: child.record), severity: .alarm, tells: .applying,
            chinese: "子办件\(child.name)的前置关系成环（\(circle)），都无法开始；请重报前置关系。",
            english: "\(child.name) is in a circle of cases that wait for each other (\(circle)); send the order again."
        )
    }

    private static func asksAgain(_ demand: RepeatedDemand, _ children: [Child]) -> CaseNotice {
        let (asking, having) = (children[demand.asking], children[demand.having])
        let since = demand.requestedAt.flatMap { Instant(canonical: $0) } ?? beginning(of: asking.record)
        return CaseNotice(
            .bundleAsksAgain, subject: having.name, since: since, severity: .warning,
            chinese: "子办件\(asking.name)补正要的材料，子办件\(having.name)已有或已要过。",
            english: "The supplement of \(asking.name) asks for what \(having.name) already has or was asked for.")
    }

    // MARK: since when

    /// When the child that an entry of an order names ended; the entry is the theme's name, a case id or a local number.
    private static func end(of entry: String, in children: [Child]) -> Instant {
        let named = children.filter { child in
            child.name == entry || child.themeChild?.id == entry || child.caseID?.text == entry
                || child.record[.localNumbers].contains { $0[.localNumberValue] == entry }
        }
        return named.filter { $0.standing.hasEnded && !$0.endedWell }.map { end(of: $0) }.max()
            ?? Instant(epochMilliseconds: 0)
    }

    /// When a child ended: its last process entry, else its decision.
    private static func end(of child: Child) -> Instant {
        let entry = child.record[.events].last?[.eventStartedAt] ?? child.record[.decidedAt]
        return entry.flatMap { Instant(canonical: $0) } ?? beginning(of: child.record)
    }

    private static func beginning(of record: CaseRecord) -> Instant {
        let text = record[.registeredAt] ?? record[BundleField.appliedAt]
        return text.flatMap { Instant(canonical: $0) } ?? Instant(epochMilliseconds: 0)
    }
}
