import KuayuModel
import KuayuRules
import Testing

/// What statistics make of single cases and of many.
@Suite struct StatisticsTests {
    /// A case with the fields named by their paths, handled in one division.
    private func record(_ fields: [String: String], handledIn division: String? = "330106") -> CaseRecord {
        var record = CaseRecord()
        record[.catalogCode] = "000723045000"
        record[.mode] = "online"
        record[.appliedDivision] = "310115"
        record[.status] = "reviewing"
        if let division {
            var row = CaseRow(.handling)
            row[.handlingDivision] = division
            record[.handling] = [row]
        }
        for (path, value) in fields { record[Field.named(path)] = value.isEmpty ? nil : value }
        return record
    }

    // MARK: savings

    /// Before and after of one measure in two cases, and what they sum up to.
    @Test(
        arguments: [
            ([("5", "2"), ("3", "1")], 2, 0, 5, 250),
            ([("5", "2"), ("3", "")], 1, 1, 3, 300),
            ([("", "2"), ("", "1")], 0, 2, 0, nil),
            ([("0", "0"), ("", "")], 1, 0, 0, 0),
            ([("1", "4"), ("2", "2")], 2, 0, -3, -150),
            ([("999", "0"), ("999", "0")], 2, 0, 1_998, 99_900),
            ([("1", "0"), ("0", "0"), ("0", "0")], 3, 0, 1, 33),
            ([("2", "0"), ("0", "0"), ("0", "0")], 3, 0, 2, 67),
            ([("0", "2"), ("0", "0"), ("0", "0")], 3, 0, -2, -67),
        ] as [([(String, String)], Int, Int, Int, Int?)])
    func sumsWhatCasesSayInFull(
        cases: [(String, String)], counted: Int, incomplete: Int, saved: Int, perCase: Int?
    ) {
        var statistics = SavingsStatistics(by: nil)
        for (before, after) in cases {
            statistics.add(record(["savings.stepsBefore": before, "savings.stepsAfter": after]))
        }
        let sums = statistics.total[.steps]
        #expect(sums.cases == counted)
        #expect(sums.incomplete == incomplete)
        #expect(sums.saved == saved)
        #expect(sums.savedPerCaseHundredths == perCase)
        #expect(statistics.total.cases == cases.count)
        #expect(statistics.total[.visits].cases == 0 && statistics.total[.visits].savedPerCaseHundredths == nil)
    }

    @Test(arguments: SavingsStatistics.Measure.allCases)
    func readsEveryMeasureFromItsOwnFields(_ measure: SavingsStatistics.Measure) {
        var statistics = SavingsStatistics(by: nil)
        let name = "savings." + measure.rawValue
        statistics.add(record([name + "Before": "7", name + "After": "3"]))
        for other in SavingsStatistics.Measure.allCases {
            #expect(statistics.total[other].saved == (other == measure ? 4 : 0))
        }
    }

    @Test(
        arguments: [
            (.item, ["000723045000", "002014048000"]), (.mode, ["collect", "online"]),
            (.region, ["-", "330000"]), (nil, ["*"]),
        ] as [(StatisticsGrouping?, [String])])
    func groupsAsAsked(grouping: StatisticsGrouping?, keys: [String]) {
        var statistics = SavingsStatistics(by: grouping)
        statistics.add(record(["savings.visitsBefore": "3", "savings.visitsAfter": "0"]))
        statistics.add(record(["item.catalogCode": "002014048000", "mode": "collect"], handledIn: nil))
        #expect(statistics.groups.map(\.key) == keys)
        #expect(statistics.total.cases == 2)
        #expect(statistics.total.reporting == 1)
        #expect(statistics.total[.visits].saved == 3)
    }

    // MARK: channels

    @Test func countsWaysInByKindAndSite() {
        var statistics = ChannelStatistics(by: .region)
        statistics.add(record(["channel.kind": "hospital", "channel.site": "H-1", "rating.score": "1"]))
        statistics.add(
            record([
                "channel.kind": "hospital", "channel.site": "H-1", "rating.score": "2", "status": "closed",
                "result.outcome": "granted",
            ]))
        statistics.add(record(["channel.kind": "hospital", "channel.site": "H-2", "status": "withdrawn"]))
        statistics.add(record(["places.applied.division": "340100"]))
        let rows = statistics.rows
        #expect(
            rows.map { "\($0.key.group) \($0.key.kind) \($0.key.site)" } == [
                "310000 hospital H-1", "310000 hospital H-2", "340000 - -",
            ])
        #expect(rows.map(\.counts.cases) == [2, 1, 1])
        #expect(rows.map(\.counts.ended) == [1, 1, 0])
        #expect(rows.map(\.counts.granted) == [1, 0, 0])
        #expect(rows.map(\.counts.rated) == [2, 0, 0])
        #expect(rows.map(\.counts.ratingSum) == [3, 0, 0])
    }

    // MARK: bundles

    private func child(_ number: String, _ extra: [String: String], handledIn division: String) -> CaseRecord {
        record(
            ["bundle.bundleId": number, "bundle.theme": "newborn", "bundle.role": "child"].merging(extra) { $1 },
            handledIn: division)
    }

    @Test func countsABundleOnceAndItsChildrenEach() {
        var statistics = BundleStatistics(by: nil)
        statistics.add(record([:]))
        statistics.add(record(["bundle.bundleId": "B1", "bundle.theme": "newborn", "bundle.role": "main"]))
        statistics.add(child("B1", ["status": "closed", "result.outcome": "granted"], handledIn: "330106"))
        statistics.add(child("B1", ["status": "closed", "result.outcome": "denied"], handledIn: "340100"))
        statistics.add(child("B2", ["status": "closed", "result.outcome": "done"], handledIn: "330106"))
        statistics.add(child("B2", ["bundle.theme": "新生儿出生"], handledIn: "330106"))
        // The same number of another origin is another bundle.
        statistics.add(child("B1", ["places.applied.division": "340100"], handledIn: "330106"))
        let rows = statistics.rows
        #expect(rows.map(\.key) == [.init(group: "*", theme: "newborn")])
        #expect(rows[0].counts.bundles == 3)
        #expect(rows[0].counts.closed == 1)
        #expect(rows[0].counts.acrossRegions == 1)
        #expect(rows[0].counts.children == 5)
        #expect(rows[0].counts.ended == 3)
        #expect(rows[0].counts.granted == 2)
        #expect(rows[0].counts.failed == 1)
    }

    @Test(
        arguments: [
            (.item, ["000709035000", "000723045000"], [1, 1]), (.mode, ["joint", "online"], [1, 1]),
            (.region, ["310000"], [2]),
        ] as [(StatisticsGrouping, [String], [Int])])
    func groupsBundlesAsAsked(grouping: StatisticsGrouping, groups: [String], children: [Int]) {
        var statistics = BundleStatistics(by: grouping)
        statistics.add(record(["bundle.bundleId": "B1", "bundle.theme": "newborn", "bundle.role": "main"]))
        statistics.add(child("B1", [:], handledIn: "330106"))
        statistics.add(child("B1", ["item.catalogCode": "000709035000", "mode": "joint"], handledIn: "330106"))
        #expect(statistics.rows.map(\.key.group) == groups)
        #expect(statistics.rows.map(\.counts.children) == children)
        #expect(statistics.rows.allSatisfy { $0.counts.bundles == 1 })
    }

    @Test func knowsTheThemeByTheItemWhereNoneIsNamed() {
        var statistics = BundleStatistics(by: nil)
        statistics.add(record(["bundle.bundleId": "B1", "bundle.role": "child"]))
        statistics.add(record(["bundle.bundleId": "B2", "bundle.role": "child", "item.catalogCode": "000118043000"]))
        #expect(statistics.rows.map(\.key.theme) == ["-", "newborn"])
    }

    @Test func aBundleThatHasOnlyItsMainIsOpen() {
        var statistics = BundleStatistics(by: nil)
        statistics.add(
            record([
                "bundle.bundleId": "B1", "bundle.theme": "newborn", "bundle.role": "main", "status": "closed",
            ]))
        #expect(statistics.rows.map(\.counts.bundles) == [1])
        #expect(statistics.rows.map(\.counts.closed) == [0])
    }

    @Test func orderOfCasesDoesNotMatter() {
        let cases = [
            record(["bundle.bundleId": "B1", "bundle.role": "child"]),
            child("B1", ["status": "closed", "result.outcome": "granted"], handledIn: "340100"),
            record(["channel.kind": "web", "savings.limitBefore": "20", "savings.limitAfter": "5"]),
        ]
        var (bundles, channels, savings) = (
            BundleStatistics(by: nil), ChannelStatistics(by: nil), SavingsStatistics(by: nil)
        )
        for record in cases {
            bundles.add(record)
            channels.add(record)
            savings.add(record)
        }
        var (bundles2, channels2, savings2) = (
            BundleStatistics(by: nil), ChannelStatistics(by: nil), SavingsStatistics(by: nil)
        )
        for record in cases.reversed() {
            bundles2.add(record)
            channels2.add(record)
            savings2.add(record)
        }
        #expect(bundles.rows.map(\.key) == bundles2.rows.map(\.key))
        #expect(bundles.rows.map(\.counts) == bundles2.rows.map(\.counts))
        #expect(channels == channels2)
        #expect(savings == savings2)
    }
}
