import KuayuModel
import KuayuReconcile
import KuayuRules

/// Gathers what the service is measured by, one case in force after the other.
struct ServiceFigureCollector {
    private let rulebook: Rulebook
    private let items: Items
    private let now: Instant
    private var modes: [String: ServiceFigures.Count] = [:]
    private var byItem: [String: ServiceFigures.Count] = [:]
    private var directions: [DirectionKey: Int] = [:]
    private var decisions: [RegionCode: [ServiceFigures.DecisionSample]] = [:]
    private var clocks: [RegionCode: ServiceFigures.Clocks] = [:]
    private var owed: [RegionCode: ServiceFigures.Owed] = [:]
    private var bundles: BundleStatistics
    private var savings = SavingsStatistics(by: nil)

    private struct DirectionKey: Hashable {
        var from: RegionCode
        var to: RegionCode
        var mode: String
    }

    init(rulebook: Rulebook, items: Items = .standard, now: Instant) {
        self.rulebook = rulebook
        self.items = items
        self.now = now
        bundles = BundleStatistics(by: nil, themes: rulebook.themes)
    }

    /// Counts one case.
    mutating func add(_ record: CaseRecord) {
        bundles.add(record)
        savings.add(record)
        let mode = record[.mode] ?? StatisticsGrouping.unknown
        Self.count(record, key: mode, name: Self.modeNames[mode] ?? mode, in: &modes)
        let code = record[.catalogCode] ?? StatisticsGrouping.unknown
        Self.count(record, key: code, name: record[.itemName] ?? code, in: &byItem)
        guard let lead = Self.province(record[.handling].first?[.handlingDivision]) else { return }
        if let from = Self.province(record[.appliedDivision]), from != lead {
            directions[DirectionKey(from: from, to: lead, mode: mode), default: 0] += 1
        }
        // The children of a bundle have clocks and promises of their own.
        if rulebook.themes.isMain(record) { return }
        let reading = rulebook.clock.reading(of: record, now: now)
        addDecision(record, lead, reading)
        addClock(lead, reading)
        addOwed(record, lead)
    }

    /// The figures of everything that was counted.
    var figures: ServiceFigures {
        let names = Dictionary(rulebook.themes.all.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return ServiceFigures(
            asOf: now, byMode: modes.values.sorted { $0.key < $1.key },
            byItem: byItem.values.sorted { ($1.cases, $0.key) < ($0.cases, $1.key) },
            directions: directions.map {
                ServiceFigures.Direction(from: $0.key.from, to: $0.key.to, mode: $0.key.mode, cases: $0.value)
            }.sorted { ($0.from, $0.to, $0.mode) < ($1.from, $1.to, $1.mode) },
            decisions: decisions.sorted { $0.key < $1.key }
                .compactMap { ServiceFigures.Decision(region: $0.key, samples: $0.value) },
            clocks: clocks.values.sorted { $0.region < $1.region }, owed: owed.values.sorted { $0.region < $1.region },
            bundles: bundles.rows.map { row in
                ServiceFigures.Bundle(
                    theme: row.key.theme, name: names[row.key.theme] ?? row.key.theme, bundles: row.counts.bundles,
                    closed: row.counts.closed, acrossRegions: row.counts.acrossRegions, children: row.counts.children,
                    ended: row.counts.ended)
            },
            savings: SavingsStatistics.Measure.allCases.map { measure in
                let sums = savings.total[measure]
                return ServiceFigures.Saving(
                    measure: measure.rawValue, cases: sums.cases, incomplete: sums.incomplete, before: sums.before,
                    after: sums.after)
            })
    }

    // MARK: parts

    private static let modeNames = ["online": "全程网办", "collect": "异地代收代办", "joint": "多地联办"]

    private static func province(_ division: String?) -> RegionCode? {
        division.flatMap { $0.utf8.count < 2 ? nil : RegionCode(String($0.prefix(2)) + "0000") }
    }

    private static func count(
        _ record: CaseRecord, key: String, name: String, in counts: inout [String: ServiceFigures.Count]
    ) {
        var count = counts[key] ?? ServiceFigures.Count(key: key, name: name, cases: 0, ended: 0, granted: 0)
        count.cases += 1
        if record[.status].flatMap(CaseState.init(rawValue:))?.isFinal ?? false {
            count.ended += 1
            if ["granted", "done"].contains(record[.outcome]) { count.granted += 1 }
        }
        counts[key] = count
    }

    /// From application to decision, less the time that the clock stood still.
    private mutating func addDecision(_ record: CaseRecord, _ lead: RegionCode, _ reading: ClockReading) {
        guard let applied = record[.appliedAt].flatMap({ Instant(canonical: $0) }),
            let decided = record[.decidedAt].flatMap({ Instant(canonical: $0) }), decided >= applied
        else { return }
        let taken: Int
        if let started = reading.startedAt, reading.unit == .workday {
            let waited = rulebook.calendar.workdays(from: applied.date, to: max(applied, started).date).count
            taken = (waited + reading.used) * 10
        } else {
            taken = rulebook.calendar.workdays(from: applied.date, to: decided.date).count * 10
        }
        let promised = reading.limit.map { limit in
            switch limit.unit {
            case .workday, .day: limit.amount * 10
            case .hour: limit.amount * 10 / 24
            }
        }
        decisions[lead, default: []].append(.init(takenTenths: taken, promisedTenths: promised))
    }

    private mutating func addClock(_ lead: RegionCode, _ reading: ClockReading) {
        var clock =
            clocks[lead]
            ?? ServiceFigures.Clocks(
                region: lead, running: 0, yellow: 0, overdue: 0, pausedForSupplement: 0, pausedForProcedure: 0)
        switch (reading.state, reading.warning) {
        case (.notStarted, _), (.stopped, _): return
        case (.paused(.supplement), _): clock.pausedForSupplement += 1
        case (.paused(.special), _): clock.pausedForProcedure += 1
        case (.running, .none): clock.running += 1
        case (.running, .yellow): clock.yellow += 1
        case (.running, .red): clock.overdue += 1
        }
        clocks[lead] = clock
    }

    private mutating func addOwed(_ record: CaseRecord, _ lead: RegionCode) {
        for row in record[.commitments] where row[.commitmentKind] == "deferred" && row[.commitmentFulfilledAt] == nil {
            guard let made = (row[.commitmentMadeAt] ?? record[.startedAt]).flatMap({ Instant(canonical: $0) }) else {
                continue
            }
            let due = row[.commitmentDueAt].flatMap { Instant(canonical: $0) }
            let age = rulebook.calendar.workdays(from: made.date, to: max(made, now).date).count
            owed[lead, default: .init(region: lead, upTo5: 0, upTo10: 0, upTo20: 0, more: 0, overdue: 0)]
                .add(ageWorkdays: age, isOverdue: due.map { $0 < now } ?? false)
        }
    }
}

extension Field {
    fileprivate static let commitmentKind = named("commitments[].kind")
    fileprivate static let commitmentMadeAt = named("commitments[].madeAt")
    fileprivate static let commitmentDueAt = named("commitments[].dueAt")
    fileprivate static let commitmentFulfilledAt = named("commitments[].fulfilledAt")
}

extension ListField {
    fileprivate static let commitments = named("commitments")
}
