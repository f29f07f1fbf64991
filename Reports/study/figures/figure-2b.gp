# Change of token probability by author
#
# Change of the probability of each token of responses, Δp = p(token under the run) − p(token
# under base), both given the same preceding tokens; left on responses that base sampled, right
# on those that each run sampled itself. Authors are never pooled: a run moves its own text
# otherwise than base's. Above: share of tokens in each twentieth of −1…1, logarithmic, mean
# over 8 seeds, each seed weighted alike; empty bins lie on the axis. Below: share of tokens in
# the bins beyond ±0.1 (Δp < −0.1 or Δp ≥ 0.1). Marks: means over 8 seeds with 95 % intervals
# (Student's t over seeds, on the logit for shares), cut at the axes. Small pale marks are
# seeds. Shares: on base's text sft 79.6 % [76.0, 82.8], rl 30.9 % [27.9, 34.1], srft 64.7 %
# [56.5, 72.1], sft-own 32.9 % [30.0, 36.0]; on each run's own text sft 88.6 % [84.8, 91.6], rl
# 28.7 % [25.7, 31.9], srft 87.4 % [83.3, 90.6], sft-own 33.5 % [30.7, 36.4].
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot figure-2b.gp
# It reads figure-2b.tsv and writes figure-2b.svg and figure-2b.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,265 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_figure_2b' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,265./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'figure-2b.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.08734
  set rmargin at screen 0.49569
  set bmargin at screen 0.44415
  set tmargin at screen 0.89057
  set border 15 linewidth 0.5
  set xrange [-1:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set yrange [5.874612275589811e-06:1.3]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 1e-05 1, '10^{−4}' 0.0001, '' 0.001 1, '10^{−2}' 0.01, '' 0.1 1, '10^{0}' 1)
  set label 'base'."'".'s text' at screen 0.29151,0.91698 center noenhanced front
  set label 'change of token probability Δp' at screen 0.29151,0.37245 center noenhanced front
  set label 'share of tokens' at screen 0.0202,0.66736 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.21321,0.96792 to screen 0.25867,0.96792 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft' at screen 0.26877,0.96792 left font ',8' noenhanced front
  set arrow from screen 0.36418,0.96792 to screen 0.40964,0.96792 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'rl' at screen 0.41974,0.96792 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.96792 to screen 0.56061,0.96792 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft' at screen 0.57071,0.96792 left font ',8' noenhanced front
  set arrow from screen 0.66612,0.96792 to screen 0.71158,0.96792 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (1.2,1.6)
  set label 'sft-own' at screen 0.72168,0.96792 left font ',8' noenhanced front
  plot 'figure-2b.tsv' index 0 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-2b.tsv' index 1 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'figure-2b.tsv' index 2 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'figure-2b.tsv' index 3 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (1.2,1.6) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.56892
  set rmargin at screen 0.97727
  set bmargin at screen 0.44415
  set tmargin at screen 0.89057
  set border 15 linewidth 0.5
  set xrange [-1:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set yrange [5.874612275589811e-06:1.3]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 1e-05 1, '' 0.0001 0, '' 0.001 1, '' 0.01 0, '' 0.1 1, '' 1 0)
  set label 'each run'."'".'s own text' at screen 0.7731,0.91698 center noenhanced front
  set label 'change of token probability Δp' at screen 0.7731,0.37245 center noenhanced front
  unset colorbox
  plot 'figure-2b.tsv' index 4 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-2b.tsv' index 5 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'figure-2b.tsv' index 6 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'figure-2b.tsv' index 7 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (1.2,1.6) notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.08734
  set rmargin at screen 0.49569
  set bmargin at screen 0.09434
  set tmargin at screen 0.33094
  set border 15 linewidth 0.5
  set xrange [0:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set yrange [-0.7:3.7]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('sft' 3, 'rl' 2, 'srft' 1, 'sft-own' 0)
  set label 'share of tokens with |Δp| > 0.1' at screen 0.29151,0.02264 center noenhanced front
  unset colorbox
  plot 'figure-2b.tsv' index 8 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'figure-2b.tsv' index 9 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-2b.tsv' index 10 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-2b.tsv' index 11 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'figure-2b.tsv' index 12 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-2b.tsv' index 13 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-2b.tsv' index 14 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'figure-2b.tsv' index 15 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-2b.tsv' index 16 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-2b.tsv' index 17 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'figure-2b.tsv' index 18 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-2b.tsv' index 19 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.56892
  set rmargin at screen 0.97727
  set bmargin at screen 0.09434
  set tmargin at screen 0.33094
  set border 15 linewidth 0.5
  set xrange [0:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set yrange [-0.7:3.7]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 3 0, '' 2 0, '' 1 0, '' 0 0)
  set label 'share of tokens with |Δp| > 0.1' at screen 0.7731,0.02264 center noenhanced front
  unset colorbox
  plot 'figure-2b.tsv' index 20 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'figure-2b.tsv' index 21 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'figure-2b.tsv' index 22 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'figure-2b.tsv' index 23 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'figure-2b.tsv' index 24 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-2b.tsv' index 25 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-2b.tsv' index 26 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'figure-2b.tsv' index 27 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-2b.tsv' index 28 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-2b.tsv' index 29 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'figure-2b.tsv' index 30 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-2b.tsv' index 31 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle

  unset multiplot
  set output
}
