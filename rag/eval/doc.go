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
// On public sets in BEIR's form, of da86254, 25 November 2026, on AVX-512 VNNI.
// Of sets of more than 150 questions for which answers are slow to measure, 150
// were asked (--sample 150), and below them retrieval is over all. clapnq's
// answers are prose, which three sentences hold less often than the top passage
// whole.
//
//	footnote eval --answers time63 rgb multihop clapnq
//	footnote eval --answers --sample 150 realtimeqa squad2 squad
//	footnote eval realtimeqa squad2 squad scifact
//
//	time63: 423 articles, 38 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.752     0.657 to 0.837  38         0.677  0.730
//	recall@5            0.693     0.581 to 0.802  38         0.672  0.698                       dense
//	hit@1               0.737     0.605 to 0.868  38         0.579  0.737
//	mrr@10              0.814     0.704 to 0.914  38         0.711  0.808
//	citation_precision  1.000     1.000 to 1.000  34
//	citation_recall     1.000     1.000 to 1.000  34
//	quotes_exact        1.000     1.000 to 1.000  34
//	coverage            0.211     0.079 to 0.342  38                       1.000        0.000   top passage
//	false_refusals ↓    0.105     0.026 to 0.211  38                       0.000        1.000   top passage
//	ece ↓               0.503     0.426 to 0.584  38
//
//	rgb: 969 articles, 51 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.627     0.550 to 0.710  51         0.505  0.630                       dense
//	recall@5            0.548     0.462 to 0.636  51         0.377  0.596                       dense
//	hit@1               0.529     0.392 to 0.667  51         0.373  0.529
//	mrr@10              0.672     0.574 to 0.774  51         0.521  0.674                       dense
//	passage_ndcg@10     0.639     0.563 to 0.718  50         0.512  0.641                       dense
//	passage_mrr@10      0.685     0.588 to 0.788  50         0.531  0.687                       dense
//	f1                  0.069     0.058 to 0.079  51                       0.116        0.000   top passage
//	short_f1            0.331     0.208 to 0.455  51                       0.116        0.000
//	answer_contained    0.725     0.608 to 0.843  51                       0.529        0.000
//	answer_contained@1  0.569     0.431 to 0.706  51                       0.529        0.000
//	citation_precision  1.000     1.000 to 1.000  51
//	citation_recall     1.000     1.000 to 1.000  51
//	quotes_exact        1.000     1.000 to 1.000  51
//	coverage            1.000     1.000 to 1.000  51                       1.000        0.000
//	false_refusals ↓    0.000     0.000 to 0.000  51                       0.000        1.000
//	ece ↓               0.026     0.018 to 0.036  51
//
//	multihop: 326 articles, 244 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  say yes  beaten by
//	ndcg@10             0.869     0.843 to 0.893  211        0.831  0.806
//	recall@5            0.821     0.784 to 0.857  211        0.812  0.773
//	hit@1               0.872     0.825 to 0.916  211        0.867  0.791
//	mrr@10              0.917     0.886 to 0.946  211        0.911  0.870
//	passage_ndcg@10     0.865     0.838 to 0.891  211        0.831  0.799
//	passage_mrr@10      0.915     0.885 to 0.945  211        0.911  0.867
//	f1                  0.012     0.009 to 0.014  211                      0.018        0.000   0.360    top passage, say yes
//	short_f1            0.141     0.100 to 0.187  211                      0.018        0.000   0.360    say yes
//	answer_contained    0.275     0.217 to 0.335  211                      0.227        0.000   0.360    say yes
//	answer_contained@1  0.204     0.151 to 0.260  211                      0.227        0.000   0.360    top passage, say yes
//	citation_precision  1.000     1.000 to 1.000  194
//	citation_recall     1.000     1.000 to 1.000  194
//	quotes_exact        1.000     1.000 to 1.000  195
//	coverage            0.009     0.000 to 0.024  211                      1.000        0.000   1.000    top passage, say yes
//	false_refusals ↓    0.090     0.054 to 0.133  211                      0.000        1.000   0.000    top passage, say yes
//	false_answers ↓     0.000     0.000 to 0.000  33                       1.000        0.000   1.000
//	refusal_auroc       0.955     0.925 to 0.979  244
//	ece ↓               0.554     0.517 to 0.591  244
//
//	clapnq: 597 articles, 307 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.985     0.971 to 0.996  167        0.927  0.973
//	recall@5            0.994     0.981 to 1.000  167        0.958  0.994
//	hit@1               0.964     0.932 to 0.988  167        0.874  0.940
//	mrr@10              0.980     0.962 to 0.994  167        0.913  0.964
//	passage_ndcg@10     0.967     0.948 to 0.983  158        0.899  0.962
//	passage_mrr@10      0.958     0.933 to 0.979  158        0.884  0.953
//	f1                  0.535     0.502 to 0.568  167                      0.512        0.000
//	short_f1            0.057     0.046 to 0.069  167                      0.512        0.000   top passage
//	answer_contained    0.838     0.780 to 0.891  167                      0.886        0.000   top passage
//	answer_contained@1  0.485     0.411 to 0.559  167                      0.886        0.000   top passage
//	citation_precision  1.000     1.000 to 1.000  251
//	citation_recall     1.000     1.000 to 1.000  251
//	quotes_exact        1.000     1.000 to 1.000  254
//	coverage            0.737     0.671 to 0.802  167                      1.000        0.000   top passage
//	false_refusals ↓    0.030     0.006 to 0.058  167                      0.000        1.000   top passage
//	false_answers ↓     0.107     0.059 to 0.163  140                      1.000        0.000   refuse
//	refusal_auroc       0.913     0.878 to 0.944  307
//	ece ↓               0.053     0.045 to 0.103  307
//
//	realtimeqa: 922 articles, 150 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.885     0.839 to 0.927  72         0.800  0.867
//	recall@5            0.979     0.954 to 1.000  72         0.861  0.931
//	hit@1               0.764     0.662 to 0.855  72         0.681  0.792                       dense
//	mrr@10              0.864     0.803 to 0.918  72         0.781  0.854
//	passage_ndcg@10     0.734     0.660 to 0.805  60         0.613  0.689
//	passage_mrr@10      0.768     0.685 to 0.848  60         0.694  0.744
//	f1                  0.030     0.024 to 0.035  72                       0.019        0.000
//	short_f1            0.224     0.131 to 0.315  72                       0.019        0.000
//	answer_contained    0.556     0.441 to 0.675  72                       0.583        0.000   top passage
//	answer_contained@1  0.472     0.357 to 0.592  72                       0.583        0.000   top passage
//	citation_precision  1.000     1.000 to 1.000  92
//	citation_recall     1.000     1.000 to 1.000  92
//	quotes_exact        1.000     1.000 to 1.000  92
//	coverage            0.806     0.708 to 0.891  72                       1.000        0.000   top passage
//	false_refusals ↓    0.014     0.000 to 0.048  72                       0.000        1.000   top passage
//	false_answers ↓     0.026     0.000 to 0.067  78                       1.000        0.000   refuse
//	refusal_auroc       0.985     0.968 to 0.997  150
//	ece ↓               0.076     0.066 to 0.117  150
//
//	squad2: 646 articles, 150 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.963     0.935 to 0.986  74         0.948  0.930
//	recall@5            1.000     1.000 to 1.000  74         0.986  0.973
//	hit@1               0.905     0.831 to 0.965  74         0.905  0.865
//	mrr@10              0.950     0.912 to 0.982  74         0.935  0.911
//	passage_ndcg@10     0.958     0.924 to 0.985  74         0.941  0.924
//	passage_mrr@10      0.948     0.907 to 0.981  74         0.928  0.910
//	f1                  0.080     0.065 to 0.096  74                       0.055        0.000
//	short_f1            0.420     0.312 to 0.525  74                       0.055        0.000
//	answer_contained    0.919     0.847 to 0.974  74                       0.905        0.000
//	answer_contained@1  0.824     0.737 to 0.907  74                       0.905        0.000   top passage
//	citation_precision  1.000     1.000 to 1.000  141
//	citation_recall     1.000     1.000 to 1.000  141
//	quotes_exact        1.000     1.000 to 1.000  141
//	coverage            0.703     0.597 to 0.808  74                       1.000        0.000   top passage
//	false_refusals ↓    0.027     0.000 to 0.070  74                       0.000        1.000   top passage
//	false_answers ↓     0.408     0.296 to 0.515  76                       1.000        0.000   refuse
//	refusal_auroc       0.688     0.602 to 0.771  150
//	ece ↓               0.230     0.172 to 0.316  150
//
//	squad: 2067 articles, 150 questions · hybrid retrieval · e5-small-v2-int8 · answers by quote
//	metric              footnote  95 % interval   questions  bm25   dense  top passage  refuse  beaten by
//	ndcg@10             0.943     0.916 to 0.968  150        0.896  0.863
//	recall@5            0.987     0.967 to 1.000  150        0.953  0.940
//	hit@1               0.880     0.827 to 0.927  150        0.800  0.747
//	mrr@10              0.927     0.892 to 0.958  150        0.868  0.827
//	passage_ndcg@10     0.935     0.906 to 0.962  149        0.887  0.853
//	passage_mrr@10      0.915     0.878 to 0.950  149        0.859  0.817
//	f1                  0.079     0.067 to 0.092  150                      0.056        0.000
//	short_f1            0.407     0.331 to 0.486  150                      0.056        0.000
//	answer_contained    0.927     0.887 to 0.967  150                      0.867        0.000
//	answer_contained@1  0.833     0.773 to 0.893  150                      0.867        0.000   top passage
//	citation_precision  1.000     1.000 to 1.000  146
//	citation_recall     1.000     1.000 to 1.000  146
//	quotes_exact        1.000     1.000 to 1.000  146
//	coverage            0.633     0.560 to 0.713  150                      1.000        0.000   top passage
//	false_refusals ↓    0.027     0.007 to 0.053  150                      0.000        1.000   top passage
//	ece ↓               0.244     0.207 to 0.281  150
//
//	realtimeqa: 922 articles, 249 questions · hybrid retrieval · e5-small-v2-int8
//	metric           footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10          0.889     0.852 to 0.926  116        0.787  0.859
//	recall@5         0.961     0.930 to 0.988  116        0.879  0.905
//	hit@1            0.793     0.720 to 0.867  116        0.638  0.784
//	mrr@10           0.872     0.826 to 0.919  116        0.756  0.845
//	passage_ndcg@10  0.740     0.683 to 0.793  99         0.599  0.684
//	passage_mrr@10   0.791     0.725 to 0.852  99         0.676  0.761
//
//	squad2: 646 articles, 1500 questions · hybrid retrieval · e5-small-v2-int8
//	metric           footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10          0.940     0.926 to 0.952  709        0.918  0.895
//	recall@5         0.972     0.959 to 0.983  709        0.961  0.951
//	hit@1            0.884     0.860 to 0.906  709        0.853  0.807
//	mrr@10           0.925     0.908 to 0.940  709        0.898  0.870
//	passage_ndcg@10  0.937     0.923 to 0.949  704        0.914  0.890
//	passage_mrr@10   0.924     0.907 to 0.939  704        0.898  0.867
//
//	squad: 2067 articles, 1500 questions · hybrid retrieval · e5-small-v2-int8
//	metric           footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10          0.922     0.911 to 0.931  1500       0.886  0.857
//	recall@5         0.967     0.958 to 0.975  1500       0.939  0.933
//	hit@1            0.849     0.831 to 0.866  1500       0.803  0.737
//	mrr@10           0.902     0.889 to 0.913  1500       0.862  0.821
//	passage_ndcg@10  0.917     0.906 to 0.927  1483       0.881  0.851
//	passage_mrr@10   0.898     0.885 to 0.909  1483       0.857  0.817
//
//	scifact: 5183 articles, 603 questions · hybrid retrieval · e5-small-v2-int8
//	metric    footnote  95 % interval   questions  bm25   dense  beaten by
//	ndcg@10   0.720     0.689 to 0.749  603        0.647  0.671
//	recall@5  0.800     0.767 to 0.830  603        0.698  0.723
//	hit@1     0.587     0.547 to 0.625  603        0.534  0.572
//	mrr@10    0.685     0.652 to 0.717  603        0.614  0.645
//
// Follow-ups without a model, and the check:
//
//	footnote eval followups grounding
//
//	conversations  turns  f1 as asked      f1  need no change  left alone  others  changed
//	    followups    393       0.7489  0.7854             114       0.956     279    0.376
//
//	          claims  number  borne out  balanced accuracy   95 % interval  say yes  borne out and stand  not and dropped  auroc  a model's: stand  dropped
//	attributionbench    1699        858              0.742  0.722 to 0.764    0.500                0.714            0.771  0.805             0.534    0.893
//	      faithbench     392        123              0.594  0.540 to 0.646    0.500                0.553            0.636  0.580             0.293    0.888
//	            wice    1081        353              0.733  0.704 to 0.761    0.500                0.581            0.886  0.796             0.173    0.984
package eval
