using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestration.OrderFulfillment.Generating;

/// <summary>
/// Made-up orders and products. Nobody and no place of these names exists. Stock covers most of the demand, so that some orders
/// come too late; a few products are discontinued.
/// </summary>
public sealed class SampleData(int seed, int productCount, int orderCount)
{
    /// <summary>How many products have a name of their own.</summary>
    public const int MaximumProducts = 240;

    private const int LinesAnOrder = 5;
    private const int UnitsALine = 30;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly decimal[] Discounts = [0m, 0m, 0m, 0m, 0.05m, 0.1m, 0.15m, 0.2m, 0.25m];
    private static readonly string[] Kinds =
    [
        "Lentils", "Honey", "Black Tea", "Rye Crackers", "Olive Oil", "Sea Salt", "Plum Jam", "Goat Cheese", "Dried Figs",
        "Barley", "Smoked Trout", "Chili Paste", "Oat Biscuits", "Cider", "Walnut Bread", "Pear Juice", "Buckwheat", "Mustard",
        "Apricots", "Cocoa",
    ];
    private static readonly string[] Makers =
    [
        "Amberfell", "Brackenhow", "Casselmoor", "Dunvarra", "Eskerlund", "Fenwhistle",
        "Glimmerby", "Hollowmere", "Iverness Mill", "Juniper Hill", "Kestrel Farm", "Lindenau",
    ];
    private static readonly string[] Units =
        ["12 jars x 250 g", "24 boxes", "10 bags x 1 kg", "6 bottles", "20 tins", "36 packs"];
    private static readonly string[] Customers =
    [
        "The Copper Ladle", "Marigold & Sons", "Harbour Larder", "Old Mill Deli", "Chez Tournesol", "Pension Waldblick",
        "Bodega del Faro", "Tante Änne", "Fjordkiosk", "Quay Street Grocers", "Café Minuit", "Zum Blauen Krug", "Saltmarsh Inn",
        "La Petite Réserve", "Northgate Stores", "Casa Nogal", "Villa Ø", "Three Wells Market", "Söderbod",
        "Lantern Row Foods",
    ];
    private static readonly (string Country, bool HasRegions, string[] Cities)[] Places =
    [
        ("Norvania", false, ["Port Ellis", "Kråkvik", "Stenbruk", "Halden Bay", "Ljungsund"]),
        ("Estaria", false, ["Villa Serena", "Puerto Alba", "San Ardo", "Montelar"]),
        ("Graumark", true, ["Altenwerth", "Brückstadt", "Neuhafen", "Kaltenfels", "Oberlinden"]),
        ("Lacrosse Isles", true, ["Fort Lark", "Seal Harbour", "Whitecliff", "Pennant"]),
        ("Valdombre", false, ["Clairfont", "Saint-Orme", "Rivebelle", "Montfaune", "Aubrelac"]),
        ("Tessaly", true, ["Marrow Creek", "Bright Falls End", "Old Quarry", "Cedar Notch", "Longmeadow", "Ashgrove"]),
    ];

    /// <summary>The products, one JSON object a line.</summary>
    public IEnumerable<string> Products()
    {
        var random = new Random(seed);
        var demand = (double)orderCount * (LinesAnOrder + 1) / 2 * (UnitsALine + 1) / 2 / productCount;
        for (var i = 0; i < productCount; i++)
        {
            var discontinued = random.Next(20) == 0;
            yield return JsonSerializer.Serialize(new
            {
                productId = i + 1,
                name = $"{Makers[i / Kinds.Length % Makers.Length]} {Kinds[i % Kinds.Length]}",
                quantityPerUnit = random.Next(15) == 0 ? null : Units[random.Next(Units.Length)],
                unitPrice = Price(i),
                unitsInStock = random.Next(25) == 0 ? 0 : (int)(demand * (0.85 + random.NextDouble() * 0.5)),
                unitsOnOrder = random.Next(4) == 0 ? random.Next(1, 8) * 10 : 0,
                discontinued,
            }, Json);
        }
    }

    /// <summary>The orders, one JSON object a line.</summary>
    public IEnumerable<string> Orders()
    {
        var random = new Random(unchecked(seed * 31 + 1));
        var date = new DateOnly(2025, 1, 2);
        for (var i = 0; i < orderCount; i++)
        {
            if (random.Next(3) == 0) date = date.AddDays(1);
            var customer = random.Next(Customers.Length);
            var name = Customers[customer];
            yield return JsonSerializer.Serialize(new
            {
                orderId = (20001 + i).ToString(CultureInfo.InvariantCulture),
                customerId = $"C{customer + 1:000}",
                customer = name,
                orderDate = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                requiredDate = random.Next(10) == 0
                    ? null
                    : date.AddDays(28).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                freight = random.Next(100, 9000) / 100m,
                shipTo = Address(random, name),
                lines = Lines(random),
            }, Json);
        }
    }

    private static object Address(Random random, string name)
    {
        var (country, hasRegions, cities) = Places[random.Next(Places.Length)];
        var city = random.Next(cities.Length);
        return new
        {
            name,
            address = $"{random.Next(1, 140)} {(random.Next(2) == 0 ? "Market Street" : "Quayside")}",
            city = cities[city],
            region = hasRegions ? $"{country[..2].ToUpperInvariant()}-{city % 3 + 1}" : null,
            postalCode = random.Next(40) == 0 ? null : $"{country[0]}{10_000 + city * 700 + random.Next(99)}",
            country,
        };
    }

    private List<object> Lines(Random random)
    {
        var wanted = Math.Min(productCount, 1 + random.Next(LinesAnOrder));
        var products = new HashSet<int>();
        while (products.Count < wanted) products.Add(random.Next(productCount));
        return [.. products.Select(product => (object)new
        {
            productId = product + 1,
            // A fifth of the orders were agreed at last year's prices.
            unitPrice = random.Next(5) == 0 ? Math.Round(Price(product) * 0.8m, 2) : Price(product),
            quantity = 1 + random.Next(UnitsALine),
            discount = Discounts[random.Next(Discounts.Length)],
        })];
    }

    private decimal Price(int product) => new Random(unchecked(seed * 7919 + product)).Next(200, 6000) / 100m;
}
