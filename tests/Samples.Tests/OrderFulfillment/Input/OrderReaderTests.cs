using System.Text;
using System.Text.Json.Nodes;
using Orchestration.OrderFulfillment.Input;
using Orchestration.OrderFulfillment.Workflows;

namespace Orchestration.Samples.Tests.OrderFulfillment.Input;

public sealed class OrderReaderTests
{
    private const string Good = """
        {"orderId":"10248","customerId":"VINET","customer":"Vins","orderDate":"1996-07-04","requiredDate":null,"freight":32.38,
        "shipTo":{"name":"Vins","address":"59 rue","city":"Reims","region":null,"postalCode":null,"country":"France"},
        "lines":[{"productId":1,"unitPrice":14.0,"quantity":12,"discount":0.15},
        {"productId":2,"unitPrice":9.8,"quantity":10,"discount":0}]}
        """;

    [Fact]
    public void Read_GoodLine_YieldsTheOrder()
    {
        var (orders, problems) = Read(OneLine(Good));

        Assert.Empty(problems);
        var order = Assert.Single(orders);
        Assert.Equal("10248", order.OrderId);
        Assert.Null(order.ShipTo.Region);
        Assert.Equal(14280 + 9800 + 3238, order.TotalCents());
        Assert.Equal([new ProductUnits(1, 12), new ProductUnits(2, 10)], order.Units());
    }

    [Theory]
    [InlineData("orderId", "null", "orderId is null")]
    [InlineData("orderId", "\"\"", "orderId is empty")]
    [InlineData("orderId", "7", "orderId is 7; a string is wanted")]
    [InlineData("orderId", "\"a\\u0007b\"", "orderId has control characters")]
    [InlineData("orderId", "\"\\ud800\"", "orderId is not valid Unicode")]
    [InlineData("orderDate", "\"yesterday\"", "orderDate is \"yesterday\"; a date such as 2026-01-31 is wanted")]
    [InlineData("freight", "null", "freight is null")]
    [InlineData("freight", "-1", "freight is -1; a number from 0 to 1000000 is wanted")]
    [InlineData("freight", "1e300", "freight is 1e300; a number from 0 to 1000000 is wanted")]
    [InlineData("shipTo", "null", "shipTo is null")]
    [InlineData("shipTo", "[]", "shipTo is []; an object is wanted")]
    [InlineData("shipTo.city", "null", "shipTo.city is null")]
    [InlineData("shipTo.country", "\"  \"", "shipTo.country is empty")]
    [InlineData("shipTo.region", "3", "shipTo.region is 3; a string or null is wanted")]
    [InlineData("lines", "null", "lines is null")]
    [InlineData("lines", "[]", "lines is empty")]
    [InlineData("lines", "[null]", "lines[0] is null; an object is wanted")]
    [InlineData("lines.productId", "null", "lines[1].productId is null")]
    [InlineData("lines.productId", "99", "lines[1].productId 99 is unknown")]
    [InlineData("lines.productId", "\"2\"", "lines[1].productId is \"2\"; a number is wanted")]
    [InlineData("lines.quantity", "null", "lines[1].quantity is null")]
    [InlineData("lines.quantity", "0", "lines[1].quantity is 0; a whole number from 1 to 100000 is wanted")]
    [InlineData("lines.quantity", "-3", "lines[1].quantity is -3; a whole number from 1 to 100000 is wanted")]
    [InlineData("lines.quantity", "1.5", "lines[1].quantity is 1.5; a whole number from 1 to 100000 is wanted")]
    [InlineData("lines.quantity", "9e99", "lines[1].quantity is 9e99; a whole number from 1 to 100000 is wanted")]
    [InlineData("lines.unitPrice", "null", "lines[1].unitPrice is null")]
    [InlineData("lines.unitPrice", "-0.01", "lines[1].unitPrice is -0.01; a number from 0 to 1000000 is wanted")]
    [InlineData("lines.discount", "1.2", "lines[1].discount is 1.2; a number from 0 to 1 is wanted")]
    public void Read_BadField_IsReportedByLineAndStopsNothingElse(string path, string value, string reason)
    {
        var bad = JsonNode.Parse(Good)!.AsObject();
        bad["orderId"] = "bad";
        var owner = path.StartsWith("shipTo.", StringComparison.Ordinal) ? bad["shipTo"]!.AsObject()
            : path.StartsWith("lines.", StringComparison.Ordinal) ? bad["lines"]![1]!.AsObject()
            : bad;
        var marked = path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..];
        owner[marked] = "@value@";
        var (orders, problems) = Read(
            bad.ToJsonString().Replace("\"@value@\"", value, StringComparison.Ordinal) + "\n" + OneLine(Good));

        Assert.Equal(new InputProblem("orders.jsonl", 1, reason), Assert.Single(problems));
        Assert.Equal("10248", Assert.Single(orders).OrderId);
    }

    [Theory]
    [InlineData("{\"orderId\":", "not JSON")]
    [InlineData("no json at all", "not JSON")]
    [InlineData("[1,2]", "a JSON array, not an object")]
    [InlineData("null", "a JSON null, not an object")]
    [InlineData("{}", "orderId is missing")]
    public void Read_MalformedLine_IsReportedByLine(string line, string reason)
    {
        var (orders, problems) = Read(OneLine(Good) + "\r\n\r\n" + line + "\r\n");

        Assert.Single(orders);
        var problem = Assert.Single(problems);
        Assert.Equal(3, problem.Line);
        Assert.StartsWith(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DuplicateOrderId_KeepsTheFirstAndNamesItsLine()
    {
        var (orders, problems) = Read($"{OneLine(Good)}\n{OneLine(Good)}\n");

        Assert.Single(orders);
        Assert.Equal(new InputProblem("orders.jsonl", 2, "orderId \"10248\" stands in line 1 already"), Assert.Single(problems));
    }

    [Fact]
    public void Read_FreeOfCharge_IsReported()
    {
        var free = JsonNode.Parse(Good)!.AsObject();
        free["freight"] = 0;
        foreach (var line in free["lines"]!.AsArray()) line!["discount"] = 1;

        var (orders, problems) = Read(free.ToJsonString());

        Assert.Empty(orders);
        Assert.Equal("the order costs nothing", Assert.Single(problems).Reason);
    }

    [Fact]
    public void Read_OverlongLineBetweenGoodOnes_IsReportedAndPassedOver()
    {
        var second = OneLine(Good).Replace("10248", "10249", StringComparison.Ordinal);
        var (orders, problems) = Read($"\uFEFF{OneLine(Good)}\n{new string('x', 3_000_000)}\n{second}");

        Assert.Equal(["10248", "10249"], orders.Select(static order => order.OrderId));
        Assert.Equal(2, Assert.Single(problems).Line);
    }

    [Fact]
    public void Read_EqualPricesWrittenDifferently_AreEqualContent()
    {
        var (orders, _) = Read(OneLine(Good) + "\n" + OneLine(Good).Replace("10248", "10249", StringComparison.Ordinal)
            .Replace("14.0", "14.000", StringComparison.Ordinal));

        Assert.Equal(
            Orchestration.OrderFulfillment.OrderContent.Write(orders[0]),
            Orchestration.OrderFulfillment.OrderContent.Write(orders[1] with { OrderId = "10248" }));
    }

    private static (List<Order> Orders, List<InputProblem> Problems) Read(string text)
    {
        var problems = new List<InputProblem>();
        var reader = new OrderReader(static product => product is 1 or 2, problems.Add);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return ([.. reader.Read(stream, "orders.jsonl").Select(static entry => entry.Order)], problems);
    }

    private static string OneLine(string json) => json.ReplaceLineEndings("");
}
