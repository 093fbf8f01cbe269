import KuayuModel
import Testing

@Suite struct ItemsTests {
    @Test func knowsTheCatalogue() throws {
        #expect(Items.standard.all.count == 58)
        let item = try #require(Items.standard.item("000131009000"))
        #expect(item.name == "内资有限公司设立登记")
        #expect(item.mode == .collect)
        #expect(item.subject == .legal)
        #expect(item.itemType == "01")
        #expect(item.promisedWorkdays == 1)
        #expect(Items.standard.item(item.catalogCode) == item)
    }

    @Test(arguments: ["", "000131009001", "00013100900", "x"])
    func doesNotKnowOtherCodes(_ code: String) { #expect(Items.standard.item(code) == nil) }

    @Test(arguments: [
        "00013100900,名,online,person,01,1", "000131009000,名,sideways,person,01,1", "000131009000,名,online,cat,01,1",
        "000131009000,名,online,person,20,1", "000131009000,名,online,person,01,-1",
        "000131009000,名,online,person,01,10001",
        "000131009000,,online,person,01,1", "000131009000,名,online,person,01",
        "000131009000,名,online,person,01,1\n000131009000,名,online,person,01,1",
    ])
    func refusesBrokenTables(_ rows: String) {
        let header = "catalog_code,name,mode,subject,item_type,promised_workdays\n"
        #expect(throws: ReferenceError.self) { try Items(csv: Array((header + rows).utf8)) }
    }

    @Test func bundlesNameItemsOfTheCatalogue() {
        #expect(Bundles.standard.all.map(\.id) == ["newborn", "company-start", "company-move", "retirement"])
        for bundle in Bundles.standard.all {
            for child in bundle.children {
                let item = Items.standard.item(child.catalogCode)
                #expect(item?.name == child.itemName, "\(bundle.id)/\(child.id)")
                #expect(item?.mode == child.mode, "\(bundle.id)/\(child.id)")
            }
        }
    }

    @Test func startsChildrenInOrder() throws {
        let newborn = try #require(Bundles.standard.bundle("newborn"))
        #expect(newborn.name == "新生儿出生")
        #expect(newborn.startable(finished: []).map(\.id) == ["birth-certificate"])
        #expect(newborn.startable(finished: ["birth-certificate"]).map(\.id) == ["vaccination", "household"])
        #expect(newborn.startable(finished: Set(newborn.children.map(\.id))).isEmpty)
        #expect(newborn.children.first?.handledBy == .birthplace)
        #expect(Bundles.standard.bundle("nothing") == nil)
    }

    @Test(arguments: [
        "b,n,a,i,000131009000,online,applied,a", "b,n,a,i,000131009000,online,applied,z",
        "b,n,a,i,000131009000,online,applied,\nb,n,a,i,000131009000,online,applied,",
        "b,n,a,i,000131009000,online,applied,\nc,n,a,i,000131009000,online,applied,\nb,n,c,i,000131009000,online,applied,",
        "b,n,a,i,000131009000,online,nowhere,", "b,n,a,i,x,online,applied,", "b,n,a,i,000131009000,later,applied,",
    ])
    func refusesBrokenBundles(_ rows: String) {
        let header = "bundle,bundle_name,child,item_name,catalog_code,mode,handled_by,after\n"
        #expect(throws: ReferenceError.self) { try Bundles(csv: Array((header + rows).utf8)) }
    }

    @Test func readsSeveralPredecessors() throws {
        let csv = """
            bundle,bundle_name,child,item_name,catalog_code,mode,handled_by,after
            b,n,a,i,000131009000,online,applied,
            b,n,c,i,000131009000,online,applied,
            b,n,d,i,000131009000,online,applied,a;c
            """
        let bundle = try #require(try Bundles(csv: Array(csv.utf8)).bundle("b"))
        #expect(bundle.startable(finished: ["a"]).map(\.id) == ["c"])
        #expect(bundle.startable(finished: ["a", "c"]).map(\.id) == ["d"])
    }
}
