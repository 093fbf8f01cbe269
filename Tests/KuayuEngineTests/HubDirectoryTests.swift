import KuayuEngine
import KuayuModel
import Testing

/// Which hub serves a division.
@Suite struct HubDirectoryTests {
    private static func codes(_ text: String) -> Set<RegionCode> {
        Set(text.split(separator: " ").compactMap { RegionCode($0) })
    }

    private static let provinces = "310000 320000 330000 340000"
    /// A city and a county of Jiangsu beside the provinces.
    private static let mixed = provinces + " 320500 320509"

    /// Hubs, a division, the hub that serves it and the digits that decided.
    @Test(
        arguments: [
            // Provinces, from the province down to the village.
            (provinces, "320000", "320000", "32"), (provinces, "320500", "320000", "32"),
            (provinces, "320506", "320000", "32"), (provinces, "320506001", "320000", "32"),
            (provinces, "320506001002", "320000", "32"), (provinces, "310115001002", "310000", "31"),
            // The longest code wins; its neighbours stay with the province.
            (mixed, "320500", "320500", "3205"), (mixed, "320506", "320500", "3205"),
            (mixed, "320506001002", "320500", "3205"), (mixed, "320509", "320509", "320509"),
            (mixed, "320509001", "320509", "320509"), (mixed, "320509001002", "320509", "320509"),
            (mixed, "320000", "320000", "32"), (mixed, "320600", "320000", "32"), (mixed, "320102", "320000", "32"),
            // No hub covers it.
            ("320500", "320600", nil, nil), ("320500", "320000", nil, nil), ("320509", "320500", nil, nil),
            (provinces, "110101", nil, nil), ("", "320500", nil, nil),
        ] as [(String, String, String?, String?)])
    func theLongestPrefixWins(hubs: String, division: String, hub: String?, prefix: String?) throws {
        let route = try #require(HubDirectory(hubs: Self.codes(hubs)).route(division))
        #expect(route.hub?.text == hub)
        #expect(route.prefix == prefix)
        #expect(route.division == division && route.code.text == division.prefix(6))
        #expect(route.region.text == hub ?? division.prefix(2) + "0000")
    }

    /// A division, the abolished code that it had or lay in, the code in force, and the hub.
    @Test(
        arguments: [
            ("310108", "310108", "310106", "310000"), ("320684", "320684", "320614", "320600"),
            ("320684001002", "320684", "320614", "320600"), ("320621", "320621", "320685", "320600"),
            ("341400", "341400", "340100", "340100"),
            // A county that the table does not have lies in a city that was abolished.
            ("341402", "341400", "340100", "340100"), ("341402001002", "341400", "340100", "340100"),
            ("330103", "330103", "330105", "330000"), ("320602", "320602", "320613", "320600"),
            // In force, in use, or not in the table at all.
            ("320506", nil, "320506", "320000"), ("320576", nil, "320576", "320000"),
            ("320599", nil, "320599", "320000"), ("329999001002", nil, "329999", "320000"),
        ] as [(String, String?, String, String)])
    func anAbolishedCodeGoesToItsSuccessor(
        division: String, abolished: String?, current: String, hub: String
    ) throws {
        let directory = HubDirectory(hubs: Self.codes(Self.provinces + " 320600 340100"))
        let route = try #require(directory.route(division))
        #expect(route.abolished?.text == abolished && route.current.text == current && route.hub?.text == hub)
    }

    @Test(arguments: [
        "", "32", "3205", "32050", "3205061", "32050600100", "3205060010021", "32050a", "032050", "３２０５０６",
    ])
    func refusesWhatIsNoDivision(text: String) {
        #expect(HubDirectory(hubs: nil).route(text) == nil)
    }

    @Test func saysWhetherTheTableHasTheCode() throws {
        let directory = HubDirectory(hubs: nil)
        #expect(try #require(directory.route("320506001002")).isKnown)
        #expect(try #require(directory.route("320684")).isKnown)
        #expect(try !#require(directory.route("320599")).isKnown)
        #expect(try !#require(directory.route("110101")).isKnown)
    }

    /// Every division of the table goes to its province where provinces are the hubs, abolished or not, at every depth.
    @Test func theFourProvincesServeTheirOwn() throws {
        let directory = HubDirectory(hubs: Set(RegionCode.federated))
        let everywhere = HubDirectory(hubs: nil)
        for division in Divisions.standard.all {
            for text in [division.code.text, division.code.text + "001", division.code.text + "001002"] {
                #expect(try #require(directory.route(text)).hub == division.code.province)
                #expect(try #require(everywhere.route(text)).hub == division.code.province)
            }
        }
    }
}
