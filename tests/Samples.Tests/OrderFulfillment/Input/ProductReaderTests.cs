using System.Text;
using Orchestration.OrderFulfillment.Generating;
using Orchestration.OrderFulfillment.Input;
using Orchestration.OrderFulfillment.Workflows.Shop;

namespace Orchestration.Samples.Tests.OrderFulfillment.Input;

public sealed class ProductReaderTests
{
    private const string Tea =
        """{"productId":1,"name":"Tea","quantityPerUnit":null,"unitPrice":18.0,"unitsInStock":39,"discontinued":true}""";

    [Fact]
    public void Read_GoodLine_YieldsTheProduct()
    {
        var (products, problems) = Read(Tea);

        Assert.Empty(problems);
        Assert.Equal([new Product(1, "Tea", 39, true)], products);
    }

    [Theory]
    [InlineData("\"productId\":1", "\"productId\":null", "productId is null")]
    [InlineData("\"productId\":1", "\"productId\":0", "productId is 0; a whole number from 1 to 2147483647 is wanted")]
    [InlineData("\"Tea\"", "null", "name is null")]
    [InlineData("18.0", "null", "unitPrice is null")]
    [InlineData("39", "-1", "unitsInStock is -1; a whole number from 0 to 1000000000 is wanted")]
    [InlineData("39", "null", "unitsInStock is null")]
    [InlineData("true", "1", "discontinued is 1; true or false is wanted")]
    public void Read_BadField_IsReportedByLineAndStopsNothingElse(string good, string bad, string reason)
    {
        var (products, problems) = Read(Tea.Replace(good, bad, StringComparison.Ordinal) + "\n" + Tea);

        Assert.Equal(new InputProblem("products.jsonl", 1, reason), Assert.Single(problems));
        Assert.Single(products);
    }

    [Fact]
    public void Read_DuplicateProduct_KeepsTheFirstAndNamesItsLine()
    {
        var (products, problems) = Read($"{Tea}\n{Tea}");

        Assert.Single(products);
        Assert.Equal("productId 1 stands in line 1 already", Assert.Single(problems).Reason);
    }

    [Fact]
    public void GeneratedData_SameSeed_IsTheSameAndHasNoBadLine()
    {
        var data = new SampleData(seed: 3, productCount: 60, orderCount: 300);
        var (products, problems) = Read(string.Join('\n', data.Products()));
        var known = products.Select(static product => product.ProductId).ToHashSet();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', data.Orders())));
        var orders = new OrderReader(known.Contains, problems.Add).Read(stream, "orders.jsonl").ToList();

        Assert.Empty(problems);
        Assert.Equal(300, orders.Count);
        Assert.Equal(60, products.Count);
        Assert.Equal(data.Orders(), new SampleData(seed: 3, productCount: 60, orderCount: 300).Orders());
        Assert.NotEqual(data.Orders(), new SampleData(seed: 4, productCount: 60, orderCount: 300).Orders());
    }

    [Fact]
    public void SampleProducts_Embedded_AreThoseOfTheFile()
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", "products.jsonl"));
        var products = ProductReader.Read(stream, "products.jsonl", static problem => Assert.Fail(problem.ToString()));

        Assert.Equal(products, SampleProducts.Read());
    }

    private static (List<Product> Products, List<InputProblem> Problems) Read(string text)
    {
        var problems = new List<InputProblem>();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (ProductReader.Read(stream, "products.jsonl", problems.Add), problems);
    }
}
