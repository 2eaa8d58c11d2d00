// Package eval measures footnote: sets of questions, metrics, runs of them,
// and what a change did.
//
//	Load  →  Set  →  Runner.Run  →  Results  →  Summarize  →  Run  →  Compare  →  Comparison
//
// A [Runner] asks the questions of a [Set] and measures each by itself; a
// [Run] holds them all with the means, their intervals and the [Baselines]; a
// [Comparison] pairs the questions of two runs. [Metrics] lists what is
// measured. What cannot be measured of a question is absent from its metrics,
// and a question that failed has the worst value of each that can.
//
// # What footnote scores
//
// On public sets in BEIR's form, of e2c07ca, 25 November 2026, on AVX-512 VNNI. Of
// sets of more than 150 questions for which answers are slow to measure, 150
// were asked (--sample 150), and below them retrieval is over all:
//
//	footnote eval --answers time63 rgb multihop clapnq
//	footnote eval --answers --sample 150 realtimeqa squad2 squad
//	footnote eval realtimeqa squad2 squad scifact
//
//	time63: 423 articles, 38 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.749     0.655 to 0.835  38         0.680  0.736
//	recall@5            0.695     0.583 to 0.803  38         0.659  0.703                       dense
//	hit@1               0.711     0.553 to 0.842  38         0.605  0.737                       dense
//	mrr@10              0.800     0.684 to 0.901  38         0.724  0.808                       dense
//	citation_precision  1.000     1.000 to 1.000  26
//	citation_recall     1.000     1.000 to 1.000  26
//	quotes_exact        1.000     1.000 to 1.000  26
//	coverage            0.211     0.079 to 0.342  38                       1.000        0.000   top passage
//	false_refusals ↓    0.316     0.184 to 0.474  38                       0.000        1.000   top passage
//	ece ↓               0.506     0.420 to 0.597  38
//
//	rgb: 969 articles, 51 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.627     0.550 to 0.710  51         0.505  0.630                       dense
//	recall@5            0.548     0.462 to 0.636  51         0.377  0.596                       dense
//	hit@1               0.529     0.392 to 0.667  51         0.373  0.529
//	mrr@10              0.672     0.574 to 0.774  51         0.521  0.674                       dense
//	passage_ndcg@10     0.639     0.563 to 0.718  50         0.512  0.641                       dense
//	passage_mrr@10      0.685     0.588 to 0.788  50         0.531  0.687                       dense
//	f1                  0.065     0.056 to 0.073  51                       0.116        0.000   top passage
//	answer_contained    0.745     0.627 to 0.863  51                       0.529        0.000
//	answer_contained@1  0.549     0.412 to 0.686  51                       0.529        0.000
//	citation_precision  1.000     1.000 to 1.000  51
//	citation_recall     1.000     1.000 to 1.000  51
//	quotes_exact        1.000     1.000 to 1.000  51
//	coverage            1.000     1.000 to 1.000  51                       1.000        0.000
//	false_refusals ↓    0.000     0.000 to 0.000  51                       0.000        1.000
//	ece ↓               0.015     0.008 to 0.024  51
//
//	multihop: 326 articles, 244 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  say yes  beaten by
//	ndcg@10             0.870     0.844 to 0.893  211        0.831  0.806
//	recall@5            0.818     0.781 to 0.853  211        0.812  0.773
//	hit@1               0.877     0.832 to 0.921  211        0.867  0.791
//	mrr@10              0.919     0.889 to 0.948  211        0.911  0.870
//	passage_ndcg@10     0.866     0.838 to 0.891  211        0.831  0.799
//	passage_mrr@10      0.918     0.888 to 0.948  211        0.911  0.867
//	f1                  0.007     0.005 to 0.008  211                      0.018        0.000   0.360    top passage, say yes
//	answer_contained    0.185     0.133 to 0.238  211                      0.227        0.000   0.360    top passage, say yes
//	answer_contained@1  0.166     0.118 to 0.216  211                      0.227        0.000   0.360    top passage, say yes
//	citation_precision  1.000     1.000 to 1.000  102
//	citation_recall     1.000     1.000 to 1.000  102
//	quotes_exact        1.000     1.000 to 1.000  102
//	coverage            0.038     0.014 to 0.066  211                      1.000        0.000   1.000    top passage, say yes
//	false_refusals ↓    0.517     0.450 to 0.583  211                      0.000        1.000   0.000    top passage, say yes
//	false_answers ↓     0.000     0.000 to 0.000  33                       1.000        0.000   1.000
//	refusal_auroc       0.976     0.954 to 0.992  244
//	ece ↓               0.588     0.550 to 0.628  244
//
//	clapnq: 597 articles, 307 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.985     0.971 to 0.996  167        0.927  0.973
//	recall@5            0.994     0.981 to 1.000  167        0.958  0.994
//	hit@1               0.964     0.932 to 0.988  167        0.874  0.940
//	mrr@10              0.980     0.962 to 0.994  167        0.913  0.964
//	passage_ndcg@10     0.967     0.948 to 0.983  158        0.899  0.962
//	passage_mrr@10      0.958     0.933 to 0.979  158        0.884  0.953
//	f1                  0.508     0.470 to 0.543  167                      0.512        0.000   top passage
//	answer_contained    0.772     0.707 to 0.831  167                      0.886        0.000   top passage
//	answer_contained@1  0.473     0.399 to 0.549  167                      0.886        0.000   top passage
//	citation_precision  0.998     0.995 to 1.000  206
//	citation_recall     0.998     0.995 to 1.000  206
//	quotes_exact        1.000     1.000 to 1.000  208
//	coverage            0.778     0.713 to 0.838  167                      1.000        0.000   top passage
//	false_refusals ↓    0.066     0.031 to 0.106  167                      0.000        1.000   top passage
//	false_answers ↓     0.121     0.068 to 0.177  140                      1.000        0.000   refuse
//	refusal_auroc       0.898     0.860 to 0.932  307
//	ece ↓               0.067     0.056 to 0.117  307
//
//	realtimeqa: 922 articles, 150 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.887     0.842 to 0.929  72         0.805  0.867
//	recall@5            0.979     0.954 to 1.000  72         0.861  0.931
//	hit@1               0.764     0.662 to 0.855  72         0.694  0.792                       dense
//	mrr@10              0.866     0.809 to 0.920  72         0.788  0.854
//	passage_ndcg@10     0.731     0.656 to 0.799  60         0.613  0.687
//	passage_mrr@10      0.769     0.686 to 0.848  60         0.702  0.745
//	f1                  0.029     0.023 to 0.035  72                       0.019        0.000
//	answer_contained    0.528     0.412 to 0.646  72                       0.583        0.000   top passage
//	answer_contained@1  0.444     0.333 to 0.563  72                       0.583        0.000   top passage
//	citation_precision  1.000     1.000 to 1.000  79
//	citation_recall     1.000     1.000 to 1.000  79
//	quotes_exact        1.000     1.000 to 1.000  79
//	coverage            0.833     0.744 to 0.912  72                       1.000        0.000   top passage
//	false_refusals ↓    0.028     0.000 to 0.075  72                       0.000        1.000   top passage
//	false_answers ↓     0.026     0.000 to 0.067  78                       1.000        0.000   refuse
//	refusal_auroc       0.985     0.967 to 0.997  150
//	ece ↓               0.046     0.044 to 0.093  150
//
//	squad2: 646 articles, 150 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.963     0.935 to 0.986  74         0.948  0.930
//	recall@5            1.000     1.000 to 1.000  74         0.986  0.973
//	hit@1               0.905     0.831 to 0.965  74         0.905  0.865
//	mrr@10              0.950     0.912 to 0.982  74         0.935  0.911
//	passage_ndcg@10     0.958     0.924 to 0.985  74         0.941  0.924
//	passage_mrr@10      0.948     0.907 to 0.981  74         0.928  0.910
//	f1                  0.073     0.058 to 0.088  74                       0.055        0.000
//	answer_contained    0.878     0.800 to 0.947  74                       0.905        0.000   top passage
//	answer_contained@1  0.784     0.688 to 0.875  74                       0.905        0.000   top passage
//	citation_precision  1.000     1.000 to 1.000  139
//	citation_recall     1.000     1.000 to 1.000  139
//	quotes_exact        1.000     1.000 to 1.000  139
//	coverage            0.770     0.667 to 0.864  74                       1.000        0.000   top passage
//	false_refusals ↓    0.068     0.014 to 0.132  74                       0.000        1.000   top passage
//	false_answers ↓     0.539     0.427 to 0.645  76                       1.000        0.000   refuse
//	refusal_auroc       0.675     0.586 to 0.760  150
//	ece ↓               0.324     0.256 to 0.403  150
//
//	squad: 2067 articles, 150 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.943     0.916 to 0.968  150        0.896  0.863
//	recall@5            0.987     0.967 to 1.000  150        0.953  0.940
//	hit@1               0.880     0.827 to 0.927  150        0.800  0.753
//	mrr@10              0.927     0.892 to 0.958  150        0.868  0.829
//	passage_ndcg@10     0.932     0.902 to 0.959  149        0.885  0.848
//	passage_mrr@10      0.915     0.878 to 0.950  149        0.859  0.816
//	f1                  0.067     0.056 to 0.080  150                      0.057        0.000
//	answer_contained    0.873     0.820 to 0.927  150                      0.867        0.000
//	answer_contained@1  0.753     0.687 to 0.827  150                      0.867        0.000   top passage
//	citation_precision  1.000     1.000 to 1.000  142
//	citation_recall     1.000     1.000 to 1.000  142
//	quotes_exact        1.000     1.000 to 1.000  142
//	coverage            0.767     0.700 to 0.833  150                      1.000        0.000   top passage
//	false_refusals ↓    0.053     0.020 to 0.093  150                      0.000        1.000   top passage
//	ece ↓               0.196     0.158 to 0.235  150
//
//	realtimeqa: 922 articles, 249 questions · hybrid retrieval · e5-small-v2-int8
//	metric           footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10          0.890     0.853 to 0.926  116        0.791  0.859
//	recall@5         0.961     0.930 to 0.988  116        0.879  0.905
//	hit@1            0.793     0.720 to 0.867  116        0.647  0.784
//	mrr@10           0.874     0.828 to 0.920  116        0.761  0.845
//	passage_ndcg@10  0.738     0.680 to 0.791  99         0.599  0.683
//	passage_mrr@10   0.790     0.724 to 0.851  99         0.681  0.756
//
//	squad2: 646 articles, 1500 questions · hybrid retrieval · e5-small-v2-int8
//	metric           footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10          0.940     0.926 to 0.952  709        0.917  0.895
//	recall@5         0.972     0.959 to 0.983  709        0.961  0.951
//	hit@1            0.884     0.860 to 0.906  709        0.852  0.807
//	mrr@10           0.925     0.908 to 0.940  709        0.898  0.870
//	passage_ndcg@10  0.937     0.923 to 0.949  704        0.913  0.890
//	passage_mrr@10   0.924     0.907 to 0.939  704        0.897  0.867
//
//	squad: 2067 articles, 1500 questions · hybrid retrieval · e5-small-v2-int8
//	metric           footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10          0.922     0.912 to 0.932  1500       0.887  0.856
//	recall@5         0.967     0.958 to 0.975  1500       0.939  0.933
//	hit@1            0.850     0.831 to 0.867  1500       0.803  0.737
//	mrr@10           0.902     0.890 to 0.914  1500       0.862  0.821
//	passage_ndcg@10  0.917     0.906 to 0.927  1483       0.880  0.850
//	passage_mrr@10   0.898     0.885 to 0.910  1483       0.857  0.816
//
//	scifact: 5183 articles, 603 questions · hybrid retrieval · e5-small-v2-int8
//	metric    footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10   0.720     0.689 to 0.750  603        0.646  0.671
//	recall@5  0.800     0.767 to 0.830  603        0.698  0.723
//	hit@1     0.589     0.549 to 0.625  603        0.532  0.572
//	mrr@10    0.686     0.653 to 0.717  603        0.614  0.645
package eval
